//! Errors as the server words them.

use crate::seed::Seed;

/// An error of the API: HTTP 200 and a JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    text: String,
    tail: Tail,
    /// `45103.0` was seen once.
    float: bool,
}

/// What follows the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    Rid,
    HintAndRid,
    Hint,
    /// `hints: [ req_id: ... ]`, of old.
    Hints,
    Nothing,
}

impl Refusal {
    pub(crate) fn new(code: i64, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            tail: Tail::Rid,
            float: false,
        }
    }

    /// The usual text of a code.
    pub(crate) fn of(code: i64) -> Self {
        Self::new(code, text(code))
    }

    pub(crate) fn unknown_id() -> Self {
        Self::of(40007).with(Tail::HintAndRid)
    }

    pub(crate) fn with(self, tail: Tail) -> Self {
        Self { tail, ..self }
    }

    pub(crate) fn with_point(self) -> Self {
        Self {
            float: true,
            ..self
        }
    }

    /// The JSON, with a `rid` that depends on the seed and the call.
    pub(crate) fn json(&self, seed: u64, seq: u64) -> String {
        let mut stream = Seed::new(seed, "rid", seq);
        let rid = format!("rid: {}-{}-{}", stream.hex(8), stream.hex(8), stream.hex(8));
        let hint = format!("hint: [{}]", stream.id(14).replace(['-', '_'], "x"));
        let tail = match self.tail {
            Tail::Rid => format!(" {rid}"),
            Tail::HintAndRid => format!(" {hint} {rid}"),
            Tail::Hint => format!(" {hint}"),
            Tail::Hints => format!(" hints: [ req_id: {} ]", stream.id(14)),
            Tail::Nothing => String::new(),
        };
        let point = if self.float { ".0" } else { "" };
        format!(
            r#"{{"errcode":{}{point},"errmsg":"{}{tail}"}}"#,
            self.code, self.text
        )
    }
}

fn text(code: i64) -> &'static str {
    match code {
        -1 => "system error",
        40001 => {
            "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
        }
        40002 => "invalid grant_type",
        40004 => "invalid media type",
        40005 => "invalid file type",
        40007 => "invalid media_id",
        40009 => "invalid image size",
        40010 => "invalid voice size",
        40011 => "invalid video size",
        40012 => "invalid thumb size",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40033 => {
            "invalid charset. please check your request, if include \\\\uxxxx will create fail!"
        }
        40035 => "invalid args size",
        40113 => "unsupported file type",
        40125 => "invalid appsecret",
        40128 => "invalid media id! must be uploaded by api(cgi-bin/material/add_material)",
        40137 => "invalid image format",
        40243 => "AppSecret has been frozen, please unfreeze it in the console",
        41001 => "access_token missing",
        41002 => "appid missing",
        41004 => "appsecret missing",
        41005 => "media data missing",
        41006 => "media_id missing",
        41039 => "invalid content_source_url",
        42001 => "access_token expired",
        43001 => "require GET method",
        43002 => "require POST method",
        44001 => "empty media data",
        44002 => "empty post data",
        44003 => "empty news data",
        45001 => "media size out of limit",
        45002 => "content size out of limit",
        45003 => "title size out of limit",
        45004 => "description size out of limit",
        45005 => "url size out of limit",
        45007 => "playtime out of limit",
        45008 => "article size out of limit",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit mustslower retry next minute",
        45034 => "media file count is out of limit",
        45074 => "material list size out of limit, you should delete the useless material",
        45101 => "hit upload limit",
        45110 => "author size out of limit",
        45106 => "This API has been unsupported",
        45164 => "invalid offset",
        45165 => "invalid limit",
        45166 => "invalid content",
        47001 => "data format error",
        48001 => "api unauthorized",
        48004 => "api forbidden for irregularities, view detail on mp.weixin.qq.com",
        48005 => "forbid to delete material used by auto-reply or menu",
        48006 => "forbid to clear quota because of reaching the limit",
        50001 => "api unauthorized or user unauthorized",
        50002 => "user limited",
        50004 => "forbidden interface of token",
        50007 => "account frozen",
        53600 => "invalid article id",
        61004 => "access clientip is not registered",
        76021 => "cgi_path not found, please check",
        88000 => "without comment privilege",
        89501 => "this ip is waiting for the confirmation of the administrator",
        89503 => "this ip needs the confirmation of the administrator",
        89506 => "this ip was refused twice by the administrator",
        89507 => "this ip was refused by the administrator",
        _ => "unknown error",
    }
}
