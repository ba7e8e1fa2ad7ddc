### Signatures of archives: keys, allowed signers, and what a check says.

sign-key-form = it is no private key as ssh-keygen writes it
sign-key-passphrase = the key has a passphrase; use one without, in a file that only its owner can read
sign-key-kind = a key of the kind { $kind } cannot be used here; make one with ssh-keygen -t ed25519
signature-form = the signature cannot be read
signature-namespace = the signature was made for another purpose than { $namespace }
signature-wrong = the signature does not fit the archive; it was changed after it was signed
signature-stranger = the key { $fingerprint } that signed it is not among the allowed signers
signature-none = the archive is not signed
signers-line = line { $line } is not `principals [options] key`, as ssh-keygen(1) describes it
signers-option = line { $line }: the option { $option } is not understood
signers-empty = it names no key that may sign archives
sign-key-bad = { $path } is no key to sign with
signers-bad = { $path } names no signers to believe
sign-key-exposed = other users can read this key; give it the mode 0600
verify-signers-need-full = --allowed-signers needs --level full: a signature is worth what is known of the bytes below it
verify-signed-by = signed by { $signer } ({ $key })
verify-untrusted = not trusted
verify-untrusted-why = every byte is whole, but nobody who is trusted has signed it
