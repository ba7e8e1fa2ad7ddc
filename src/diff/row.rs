//! A record of any kind, as far as a comparison needs it.

use crate::archive::Archive;
use crate::archive::records::{Item, RecordError, records};
use crate::diff::ItemChange;
use crate::model::ItemKind;
use crate::record::compare::Facts;
use crate::record::item::AssetRecord;
use crate::record::run::Change;

/// One record.
#[derive(Debug)]
pub(super) enum Row {
    Item(Item),
    Asset(Box<AssetRecord>),
}

/// The records of `kind`, in the order of their file.
pub(super) fn rows(
    archive: &Archive,
    kind: ItemKind,
) -> Box<dyn Iterator<Item = Result<Row, RecordError>> + '_> {
    match kind {
        ItemKind::Image | ItemKind::Voice | ItemKind::Video => Box::new(
            records(archive, kind).map(|media| Ok(Row::Item(Item::Media(Box::new(media?))))),
        ),
        ItemKind::Article => Box::new(
            records(archive, kind).map(|article| Ok(Row::Item(Item::Article(Box::new(article?))))),
        ),
        ItemKind::Asset => {
            Box::new(records(archive, kind).map(|asset| Ok(Row::Asset(Box::new(asset?)))))
        }
    }
}

impl Row {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Item(item) => item.id(),
            Self::Asset(asset) => asset.key.as_str(),
        }
    }

    /// Every id that it has or had, each unique among the records of its kind.
    pub(super) fn ids(&self) -> Vec<String> {
        match self {
            // A news item, a draft and a publication may have the same id.
            Self::Item(Item::Article(article)) => std::iter::once(&article.id)
                .chain(&article.aliases)
                .map(|id| format!("{}:{id}", article.source))
                .collect(),
            Self::Item(Item::Media(_)) | Self::Asset(_) => vec![self.id().to_owned()],
        }
    }

    pub(super) fn facts(&self) -> Facts {
        match self {
            Self::Item(Item::Media(media)) => Facts::of_media(media),
            Self::Item(Item::Article(article)) => Facts::of_article(article),
            Self::Asset(asset) => Facts::of_asset(asset),
        }
    }

    /// What a person calls it; nobody has a name for an asset.
    pub(super) fn title(&self) -> &str {
        match self {
            Self::Item(item) => item.title(),
            Self::Asset(_) => "",
        }
    }

    /// `change`, with what this record says of the item.
    pub(super) fn with(&self, change: Change) -> ItemChange {
        let (section, update_time) = match self {
            Self::Item(item) => (Some(item.section()), item.update_time()),
            Self::Asset(_) => (None, 0),
        };
        ItemChange {
            section,
            title: self.title().to_owned(),
            old_title: None,
            update_time,
            change,
        }
    }
}
