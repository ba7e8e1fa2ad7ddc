//! What puts things into an account, and takes them out again.
//!
//! `add_material` and `draft/add` make a second thing where they are called a
//! second time. So they are sent again only after an answer that says that
//! nothing was done; every other failure comes back with
//! [`Error::outcome_is_unknown`], and the caller looks before it goes on.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::Section;
use crate::wechat::api::Api;
use crate::wechat::call::{Call, Json};
use crate::wechat::client::Client;
use crate::wechat::error::{Error, ErrorKind};
use crate::wechat::form::Form;
use crate::wechat::wire;

/// A file to be uploaded.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// ASCII, without quotes and slashes, and with the lower-case extension of
    /// what the bytes are. It becomes the name that lists show.
    pub file_name: &'a str,
    /// The whole file.
    pub bytes: &'a [u8],
}

/// What the library says of a new material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its id.
    pub media_id: String,
    /// Where it is shown; pictures only.
    pub url: Option<String>,
}

/// What is said of a video, as a part of its form.
#[derive(Serialize)]
struct Description<'a> {
    title: &'a str,
    introduction: &'a str,
}

impl Client {
    /// Puts a picture or a voice into the library.
    ///
    /// # Errors
    ///
    /// As for every call; after one with [`Error::outcome_is_unknown`] it may be
    /// there.
    ///
    /// Source: "Add permanent material", `POST /cgi-bin/material/add_material`.
    pub async fn add_material(&self, section: Section, file: Upload<'_>) -> Result<Added, Error> {
        let form = Form::new(Some(section.as_str()), file.file_name, file.bytes, None);
        self.add(section, file, form).await
    }

    /// Puts a video into the library. `title` must not be empty; neither text
    /// may hold control characters.
    ///
    /// # Errors
    ///
    /// As for [`add_material`](Self::add_material).
    ///
    /// # Panics
    ///
    /// Never: two texts are JSON.
    pub async fn add_video(
        &self,
        file: Upload<'_>,
        title: &str,
        introduction: &str,
    ) -> Result<Added, Error> {
        let description = Description {
            title,
            introduction,
        };
        let description = serde_json::to_string(&description).expect("two texts are JSON");
        let form = Form::new(
            Some(Section::Video.as_str()),
            file.file_name,
            file.bytes,
            Some(&description),
        );
        self.add(Section::Video, file, form).await
    }

    async fn add(&self, section: Section, file: Upload<'_>, form: Form) -> Result<Added, Error> {
        let request = json!({
            "type": section.as_str(), "file_name": file.file_name, "bytes": file.bytes.len(),
        });
        let answer = self
            .json(&Call::form(Api::AddMaterial, request, form))
            .await?;
        Ok(Added {
            media_id: self.text(&answer, "media_id", "a new material")?,
            url: self.text(&answer, "url", "").ok(),
        })
    }

    /// Uploads a picture for articles, which is not of the library: gives its
    /// address. The same bytes may be uploaded again without harm.
    ///
    /// # Errors
    ///
    /// As for every call.
    ///
    /// Source: "Upload a picture for articles", `POST /cgi-bin/media/uploadimg`.
    pub async fn upload_article_picture(&self, file: Upload<'_>) -> Result<String, Error> {
        let form = Form::new(None, file.file_name, file.bytes, None);
        let request = json!({"file_name": file.file_name, "bytes": file.bytes.len()});
        let answer = self
            .json(&Call::form(Api::Uploadimg, request, form))
            .await?;
        let what = "an uploaded picture";
        let url = self.text(&answer, "url", what)?;
        let is_address = url.starts_with("http") && !url.contains(char::is_whitespace);
        is_address
            .then_some(url)
            .ok_or_else(|| no_answer(&answer, what))
    }

    /// Saves a draft of these articles, as `draft/add` takes them: gives its id.
    ///
    /// # Errors
    ///
    /// As for every call; after one with [`Error::outcome_is_unknown`] it may be
    /// there.
    ///
    /// Source: "Add draft", `POST /cgi-bin/draft/add`.
    pub async fn add_draft(&self, articles: &[Value]) -> Result<String, Error> {
        let call = Call::post(Api::DraftAdd, json!({"articles": articles}));
        self.text(&self.json(&call).await?, "media_id", "a new draft")
    }

    /// Deletes a picture, voice or video of the library for good.
    ///
    /// # Errors
    ///
    /// As for every call; 40007 where there is none.
    ///
    /// Source: "Delete permanent material", `POST /cgi-bin/material/del_material`.
    pub async fn delete_material(&self, media_id: &str) -> Result<(), Error> {
        let call = Call::post(Api::DelMaterial, json!({"media_id": media_id}));
        self.json(&call).await.map(drop)
    }

    /// Deletes a draft for good.
    ///
    /// # Errors
    ///
    /// As for every call; 40007 where there is none.
    ///
    /// Source: "Delete draft", `POST /cgi-bin/draft/delete`.
    pub async fn delete_draft(&self, media_id: &str) -> Result<(), Error> {
        let call = Call::post(Api::DraftDelete, json!({"media_id": media_id}));
        self.json(&call).await.map(drop)
    }

    /// Whether a text of an answer holds the secret or a token, in any spelling:
    /// such a one is written down nowhere.
    pub fn is_telling(&self, text: &str) -> bool {
        self.inner.secrets.are_in(text)
    }

    /// A text of the answer. Addresses were seen with a blank in front. One with
    /// a token in it is no id, and no address that anybody may know.
    fn text(&self, answer: &Json, name: &str, what: &'static str) -> Result<String, Error> {
        let text = answer.fields.get(name).and_then(Value::as_str);
        let text = text.map(str::trim).filter(|text| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
            !text.is_empty() && text.len() <= TEXT_BYTES_MAX && is_plain && !self.is_telling(text)
        });
        text.map(str::to_owned)
            .ok_or_else(|| no_answer(answer, what))
    }
}

/// Ids have up to 128 characters, and addresses some hundred.
const TEXT_BYTES_MAX: usize = 2048;

fn no_answer(answer: &Json, what: &'static str) -> Error {
    let error = ErrorKind::Answer(wire::Error::Shape(what));
    Error::new(answer.api.name(), error)
}
