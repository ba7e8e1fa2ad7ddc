//! Robots of chat groups: what each takes, and what each answers.
//!
//! All three answer with HTTP 200 whether they took a message or not; a code in
//! the answer says which.
//!
//! Sources: WeCom 群机器人配置说明 (developer.work.weixin.qq.com/document/path/91770),
//! DingTalk 自定义机器人接入 and its 加签 (open.dingtalk.com), Feishu 自定义机器人使用指南 and
//! its 签名校验 (open.feishu.cn).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use crate::message;
use crate::model::Timestamp;
use crate::notify::address::Address;
use crate::notify::error::Error;
use crate::notify::text;

/// WeCom takes 2048 bytes of text, and cuts what is longer; the others take more.
const TEXT_BYTES_MAX: usize = 2000;

/// What a refusal says is for one line.
const MESSAGE_BYTES_MAX: usize = 200;

/// Whose robot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// 企业微信.
    WeCom,
    /// 钉钉.
    DingTalk,
    /// 飞书, and Lark.
    Feishu,
}

impl ChatKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::WeCom, Self::DingTalk, Self::Feishu];

    /// The word that settings use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WeCom => "wecom",
            Self::DingTalk => "dingtalk",
            Self::Feishu => "feishu",
        }
    }
}

impl fmt::Display for ChatKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no kind of chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("notify-no-chat"))]
pub struct UnknownChat;

impl FromStr for ChatKind {
    type Err = UnknownChat;

    fn from_str(word: &str) -> Result<Self, UnknownChat> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(UnknownChat)
    }
}

/// Where a message goes, and what is sent there.
#[derive(Debug, PartialEq)]
pub(super) struct Message {
    pub(super) url: Url,
    pub(super) body: Value,
}

/// The message that says `lines`, signed where there is a secret. WeCom signs nothing.
pub(super) fn message(
    kind: ChatKind,
    address: &Address,
    secret: Option<&SecretString>,
    lines: &[String],
    now: Timestamp,
) -> Message {
    let text = text::cut_to_bytes(&lines.join("\n"), TEXT_BYTES_MAX);
    let mut url = address.url().clone();
    let body = match kind {
        ChatKind::WeCom => json!({"msgtype": "text", "text": {"content": text}}),
        ChatKind::DingTalk => {
            if let Some(secret) = secret {
                let timestamp = now.as_millisecond().to_string();
                let sign = dingtalk_sign(&timestamp, secret.expose_secret());
                url.query_pairs_mut()
                    .append_pair("timestamp", &timestamp)
                    .append_pair("sign", &sign);
            }
            json!({"msgtype": "text", "text": {"content": text}})
        }
        ChatKind::Feishu => {
            // `<at user_id="all">` in a text calls everyone, and an error may quote a server.
            let text = text.replace('<', "‹").replace('>', "›");
            let mut body = json!({"msg_type": "text", "content": {"text": text}});
            if let Some(secret) = secret {
                let timestamp = now.as_second().to_string();
                body["sign"] = feishu_sign(&timestamp, secret.expose_secret()).into();
                body["timestamp"] = timestamp.into();
            }
            body
        }
    };
    Message { url, body }
}

/// The secret is the key, and both are the text; milliseconds.
fn dingtalk_sign(timestamp: &str, secret: &str) -> String {
    sign(
        secret.as_bytes(),
        format!("{timestamp}\n{secret}").as_bytes(),
    )
}

/// Both are the key of an empty text; seconds.
fn feishu_sign(timestamp: &str, secret: &str) -> String {
    sign(format!("{timestamp}\n{secret}").as_bytes(), b"")
}

fn sign(key: &[u8], text: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// What a chat answers: WeCom and DingTalk `errcode`, Feishu `code`, or
/// `StatusCode` from its older robots.
#[derive(Deserialize)]
struct Answer {
    errcode: Option<i64>,
    errmsg: Option<String>,
    code: Option<i64>,
    msg: Option<String>,
    #[serde(rename = "StatusCode")]
    status_code: Option<i64>,
    #[serde(rename = "StatusMessage")]
    status_message: Option<String>,
}

/// Whether the message was taken, by what was answered.
pub(super) fn judge(kind: ChatKind, address: &Address, answer: &[u8]) -> Result<(), Error> {
    let answer: Answer = serde_json::from_slice(answer).map_err(|_| Error::NotAChat)?;
    let (code, message) = match kind {
        ChatKind::WeCom | ChatKind::DingTalk => (answer.errcode, answer.errmsg),
        ChatKind::Feishu => (
            answer.code.or(answer.status_code),
            answer.msg.or(answer.status_message),
        ),
    };
    match code {
        Some(0) => Ok(()),
        Some(code) => {
            let message = text::clean(&address.scrub(&message.unwrap_or_default()));
            Err(Error::Refused {
                code,
                message: text::cut_to_bytes(&message, MESSAGE_BYTES_MAX),
            })
        }
        None => Err(Error::NotAChat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "SEC0123456789abcdef";

    fn composed(kind: ChatKind, url: &str, secret: Option<&str>, line: &str) -> Message {
        let now = Timestamp::from_second(1_763_841_600).unwrap();
        let secret = secret.map(SecretString::from);
        let lines = [line.to_owned(), "b".to_owned()];
        message(kind, &url.parse().unwrap(), secret.as_ref(), &lines, now)
    }

    #[test]
    fn each_chat_gets_the_json_that_it_takes() {
        let text = json!({"msgtype": "text", "text": {"content": "a\nb"}});
        let url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k";
        let of_wecom = composed(ChatKind::WeCom, url, None, "a");
        assert_eq!((of_wecom.url.as_str(), &of_wecom.body), (url, &text));

        let url = "https://oapi.dingtalk.com/robot/send?access_token=t";
        let of_dingtalk = composed(ChatKind::DingTalk, url, None, "a");
        assert_eq!((of_dingtalk.url.as_str(), &of_dingtalk.body), (url, &text));

        let url = "https://open.feishu.cn/open-apis/bot/v2/hook/h";
        let of_feishu = composed(ChatKind::Feishu, url, None, "<at user_id=\"all\">a</at>");
        assert_eq!(of_feishu.url.as_str(), url);
        assert_eq!(
            of_feishu.body,
            json!({"msg_type": "text", "content": {"text": "‹at user_id=\"all\"›a‹/at›\nb"}})
        );
    }

    /// The signatures are those that Python's `hmac` gives for the same times and secret.
    #[test]
    fn signatures_are_those_of_another_implementation() {
        let url = "https://oapi.dingtalk.com/robot/send?access_token=t";
        let of_dingtalk = composed(ChatKind::DingTalk, url, Some(SECRET), "a");
        assert_eq!(
            of_dingtalk.url.as_str(),
            "https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=1763841600000\
             &sign=KEBuTjlXDFVvrx3luTGmp1sccxTMHAy0YJzrM%2FXAD6w%3D"
        );
        let url = "https://open.feishu.cn/open-apis/bot/v2/hook/h";
        let of_feishu = composed(ChatKind::Feishu, url, Some(SECRET), "a");
        assert_eq!(
            of_feishu.body,
            json!({
                "msg_type": "text",
                "content": {"text": "a\nb"},
                "timestamp": "1763841600",
                "sign": "wn+JDqibiU0KYunwmvP4OEYPgXz9SW6zo1z/qAJ4CLQ=",
            })
        );
    }

    #[test]
    fn a_long_message_is_cut_to_what_every_chat_takes() {
        let of_wecom = composed(ChatKind::WeCom, "https://c/", None, &"春".repeat(1000));
        let text = of_wecom.body["text"]["content"].as_str().unwrap();
        assert!(
            text.len() <= TEXT_BYTES_MAX && text.ends_with("春…"),
            "{text}"
        );
    }

    #[test]
    fn only_a_code_of_nought_is_a_message_taken() {
        let judged = |kind, answer: &str| {
            let address = "https://c/hook/0123456789abcdef".parse().unwrap();
            judge(kind, &address, answer.as_bytes()).map_err(|error| error.to_string())
        };
        for (kind, answer) in [
            (ChatKind::WeCom, r#"{"errcode":0,"errmsg":"ok"}"#),
            (ChatKind::DingTalk, r#"{"errcode":0,"errmsg":"ok"}"#),
            (ChatKind::Feishu, r#"{"code":0,"msg":"success","data":{}}"#),
            (
                ChatKind::Feishu,
                r#"{"StatusCode":0,"StatusMessage":"success"}"#,
            ),
        ] {
            assert_eq!(judged(kind, answer), Ok(()), "{answer}");
        }
        for (kind, answer, why) in [
            (
                ChatKind::WeCom,
                r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#,
                "the chat refused it: invalid webhook url (93000)",
            ),
            (
                ChatKind::DingTalk,
                r#"{"errcode":310000,"errmsg":"sign not match\n"}"#,
                "the chat refused it: sign not match  (310000)",
            ),
            (
                ChatKind::Feishu,
                r#"{"code":19021,"msg":"no hook 0123456789abcdef"}"#,
                "the chat refused it: no hook [redacted] (19021)",
            ),
            (
                ChatKind::Feishu,
                r#"{"errcode":0}"#,
                "the answer is not that of a chat of this kind",
            ),
            (
                ChatKind::WeCom,
                "<html>",
                "the answer is not that of a chat of this kind",
            ),
        ] {
            assert_eq!(judged(kind, answer), Err(why.to_owned()), "{answer}");
        }
    }
}
