//! The body of an upload: `multipart/form-data` in the one way that WeChat takes.
//!
//! It is made in memory, so that its length is known; its boundary stands
//! without quotes; names are ASCII.

use bytes::Bytes;

use crate::model::Sha256;

/// A form, ready to be sent.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
    /// What goes into the query as `type`.
    pub(crate) kind: Option<&'static str>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("bytes", &self.body.len())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Form {
    /// A form with the file `bytes` and, where it is of a video, what is said
    /// of it. `file_name` is ASCII, without quotes and slashes.
    pub(crate) fn new(
        kind: Option<&'static str>,
        file_name: &str,
        bytes: &[u8],
        description: Option<&str>,
    ) -> Self {
        let boundary = boundary_for(bytes, description.unwrap_or_default());
        let mut body = Vec::with_capacity(bytes.len() + 1024);
        body.extend_from_slice(
            format!(
                "--{boundary}\r\n\
                 Content-Disposition: form-data; name=\"media\"; filename=\"{file_name}\"\r\n\
                 Content-Type: {}\r\n\r\n",
                media_type(file_name)
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        if let Some(description) = description {
            body.extend_from_slice(
                format!(
                    "\r\n--{boundary}\r\n\
                     Content-Disposition: form-data; name=\"description\"\r\n\r\n{description}"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            body: body.into(),
            kind,
        }
    }
}

/// A line that the form holds nowhere else.
fn boundary_for(bytes: &[u8], description: &str) -> String {
    // Nobody can put the digest of a text into the text itself.
    let digest = Sha256::of(&[bytes, description.as_bytes()].concat()).to_string();
    format!("wxbackup-form-boundary-{}", &digest[..40])
}

fn media_type(file_name: &str) -> &'static str {
    match file_name.rsplit_once('.').map_or("", |(_, kind)| kind) {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "bmp" => "image/bmp",
        "mp3" => "audio/mpeg",
        "amr" => "audio/amr",
        "wav" => "audio/wav",
        "wma" => "audio/x-ms-wma",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_as_the_server_wants_it() {
        let form = Form::new(
            Some("video"),
            "a.mp4",
            b"BYTES",
            Some("{\"title\":\"标题\"}"),
        );
        let boundary = form
            .content_type
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        assert_eq!(
            String::from_utf8(form.body.to_vec()).unwrap(),
            format!(
                "--{boundary}\r\n\
                 Content-Disposition: form-data; name=\"media\"; filename=\"a.mp4\"\r\n\
                 Content-Type: video/mp4\r\n\r\nBYTES\r\n\
                 --{boundary}\r\n\
                 Content-Disposition: form-data; name=\"description\"\r\n\r\n{{\"title\":\"标题\"}}\r\n\
                 --{boundary}--\r\n"
            )
        );
    }

    #[test]
    fn a_boundary_is_another_for_other_bytes_and_short_enough() {
        let of = |bytes: &[u8]| boundary_for(bytes, "");
        assert_ne!(of(b"x"), of(b"y"));
        // RFC 2046 allows 70 characters.
        assert_eq!(of(b"x").len(), 63);
        assert!(!of(b"x").contains(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
    }
}
