//! The API calls that a run makes.

use std::fmt;

use crate::model::Section;

/// An endpoint of the API. Quotas and permissions are per endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the paths")]
pub enum Api {
    StableToken,
    GetMaterialcount,
    /// One path, and so one quota, for pictures, voices, videos and news.
    BatchgetMaterial,
    GetMaterial,
    DraftCount,
    DraftBatchget,
    DraftGet,
    FreepublishBatchget,
    FreepublishGetarticle,
    QuotaGet,
    AddMaterial,
    DelMaterial,
    /// A picture for articles alone, not of the library.
    Uploadimg,
    DraftAdd,
    DraftDelete,
}

impl Api {
    /// Every endpoint.
    pub const ALL: [Self; 15] = [
        Self::StableToken,
        Self::GetMaterialcount,
        Self::BatchgetMaterial,
        Self::GetMaterial,
        Self::DraftCount,
        Self::DraftBatchget,
        Self::DraftGet,
        Self::FreepublishBatchget,
        Self::FreepublishGetarticle,
        Self::QuotaGet,
        Self::AddMaterial,
        Self::DelMaterial,
        Self::Uploadimg,
        Self::DraftAdd,
        Self::DraftDelete,
    ];

    /// Whether a second call makes a second thing: then one whose answer was
    /// lost must not be repeated before somebody has looked.
    pub(crate) fn makes_something(self) -> bool {
        matches!(self, Self::AddMaterial | Self::DraftAdd)
    }

    /// The endpoint that lists `section`.
    pub fn that_lists(section: Section) -> Self {
        match section {
            Section::Image | Section::Voice | Section::Video | Section::News => {
                Self::BatchgetMaterial
            }
            Section::Draft => Self::DraftBatchget,
            Section::Published => Self::FreepublishBatchget,
        }
    }

    /// The path as events and errors write it, such as `material/get_material`.
    pub fn name(self) -> &'static str {
        &self.cgi_path()["/cgi-bin/".len()..]
    }

    /// The path as quota queries write it, such as `/cgi-bin/material/get_material`.
    pub fn cgi_path(self) -> &'static str {
        match self {
            Self::StableToken => "/cgi-bin/stable_token",
            Self::GetMaterialcount => "/cgi-bin/material/get_materialcount",
            Self::BatchgetMaterial => "/cgi-bin/material/batchget_material",
            Self::GetMaterial => "/cgi-bin/material/get_material",
            Self::DraftCount => "/cgi-bin/draft/count",
            Self::DraftBatchget => "/cgi-bin/draft/batchget",
            Self::DraftGet => "/cgi-bin/draft/get",
            Self::FreepublishBatchget => "/cgi-bin/freepublish/batchget",
            Self::FreepublishGetarticle => "/cgi-bin/freepublish/getarticle",
            Self::QuotaGet => "/cgi-bin/openapi/quota/get",
            Self::AddMaterial => "/cgi-bin/material/add_material",
            Self::DelMaterial => "/cgi-bin/material/del_material",
            Self::Uploadimg => "/cgi-bin/media/uploadimg",
            Self::DraftAdd => "/cgi-bin/draft/add",
            Self::DraftDelete => "/cgi-bin/draft/delete",
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
