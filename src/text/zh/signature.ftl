### 归档的签名：密钥、可信签名者，以及校验的结论。

sign-key-form = 这不是 ssh-keygen 生成的私钥
sign-key-passphrase = 这把密钥设有口令；请改用没有口令的密钥，并让只有所有者能读取它的文件
sign-key-kind = 这里不能使用 { $kind } 类型的密钥；请用 ssh-keygen -t ed25519 生成一把
signature-form = 签名无法读取
signature-namespace = 这个签名的用途不是 { $namespace }
signature-wrong = 签名与归档不符；归档在签名之后被改动过
signature-stranger = 签名所用的密钥 { $fingerprint } 不在可信签名者之列
signature-none = 归档没有签名
signers-line = 第 { $line } 行不是 ssh-keygen(1) 所述的“身份 [选项] 公钥”格式
signers-option = 第 { $line } 行：无法识别选项 { $option }
signers-empty = 文件中没有可用于签署归档的密钥
sign-key-bad = { $path } 不能用来签名
signers-bad = { $path } 没有列出可信的签名者
sign-key-exposed = 其他用户可以读取这把密钥；请把它的权限设为 0600
verify-signers-need-full = --allowed-signers 需要 --level full：签名的价值取决于对其下每个字节的校验
verify-signed-by = 由 { $signer } 签名（{ $key }）
verify-untrusted = 不可信
verify-untrusted-why = 每个字节都完好，但没有可信的人签过名
