//! A small library as an archive holds it, built in memory: valid as it stands,
//! and bent in one place by each test.

use std::collections::BTreeMap;

use super::BlobHead;
use super::Checker;
use super::Verdict;
use crate::model::Akey;
use crate::model::AppId;
use crate::model::AssetKey;
use crate::model::EntryPath;
use crate::model::FileKind;
use crate::model::Fingerprint;
use crate::model::GapId;
use crate::model::GapReason;
use crate::model::ItemKind;
use crate::model::ItemStatus;
use crate::model::RunStatus;
use crate::model::Section;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::FORMAT;
use crate::record::FORMAT_VERSION;
use crate::record::archive;
use crate::record::archive::ArchiveDocument;
use crate::record::article::ArticleAsset;
use crate::record::article::ArticleMeta;
use crate::record::article::Content;
use crate::record::bag_info::BagInfo;
use crate::record::bag_info::Oxum;
use crate::record::canonical;
use crate::record::completeness;
use crate::record::completeness::AssetCounts;
use crate::record::completeness::Completeness;
use crate::record::completeness::GapCounts;
use crate::record::completeness::SectionCounts;
use crate::record::item::ArticleEntry;
use crate::record::item::ArticleRecord;
use crate::record::item::AssetRecord;
use crate::record::item::Cover;
use crate::record::item::MediaRecord;
use crate::record::item::RawForm;
use crate::record::manifest::Manifest;
use crate::record::manifest::ManifestLine;
use crate::record::manifest::Part;
use crate::record::reading_order::ReadingOrder;
use crate::record::readme;
use crate::record::run::Call;
use crate::record::run::Change;
use crate::record::run::ChangeOp;
use crate::record::run::Gap;
use crate::record::run::Provenance;
use crate::record::samples;
use crate::record::spec;

/// Files that are no blobs, by path.
pub(super) type Files = BTreeMap<EntryPath, Vec<u8>>;

/// Files in the order of the archive.
pub(crate) type Entries = Vec<(EntryPath, Vec<u8>)>;

/// One place in which a test bends what is made; everything made later follows.
type Bend<T> = Box<dyn Fn(&mut T)>;

/// A group with its articles and the bytes that they were read from.
#[derive(Clone)]
pub(super) struct Group {
    pub(super) record: ArticleRecord,
    pub(super) metas: Vec<ArticleMeta>,
    pub(super) raw: Vec<u8>,
}

/// The records of a library; counts, sums and manifests are worked out of them.
pub(crate) struct Library {
    pub(super) images: Vec<MediaRecord>,
    pub(super) voices: Vec<MediaRecord>,
    pub(super) videos: Vec<MediaRecord>,
    pub(super) groups: Vec<Group>,
    pub(super) assets: Vec<AssetRecord>,
    pub(super) gaps: Vec<Gap>,
    pub(super) provenance: Vec<Provenance>,
    pub(super) calls: Vec<Call>,
    pub(super) changes: Vec<Change>,
    pub(super) blobs: BTreeMap<Sha256, Vec<u8>>,
    pub(super) on_payload: Bend<Files>,
    pub(super) on_completeness: Bend<Completeness>,
    pub(super) on_archive: Bend<ArchiveDocument>,
    pub(super) on_bag_info: Bend<BagInfo>,
    pub(super) on_entries: Bend<Entries>,
    pub(super) on_blobs: Bend<Entries>,
}

pub(super) fn appid() -> AppId {
    "wx01".parse().unwrap()
}

impl Library {
    /// Pictures stored, retired and missing; a voice; a video with its cover; a
    /// news of two articles, whose assets are stored, missing and shared with a
    /// picture; an empty draft box; publications that may not be read.
    pub(in crate::record) fn sample() -> Self {
        let mut library = Self {
            images: Vec::new(),
            voices: Vec::new(),
            videos: Vec::new(),
            groups: Vec::new(),
            assets: Vec::new(),
            gaps: vec![
                samples::gap("image", "i3", GapReason::Http404),
                samples::gap("section", "published", GapReason::NoPermission),
            ],
            provenance: Vec::new(),
            calls: (1..3).map(call).collect(),
            changes: vec![Change {
                op: ChangeOp::Added,
                kind: "image".to_owned(),
                id: "i1".to_owned(),
                old_sha256: None,
                new_sha256: None,
                fields: Vec::new(),
            }],
            blobs: BTreeMap::new(),
            on_payload: Box::new(|_| ()),
            on_completeness: Box::new(|_| ()),
            on_archive: Box::new(|_| ()),
            on_bag_info: Box::new(|_| ()),
            on_entries: Box::new(|_| ()),
            on_blobs: Box::new(|_| ()),
        };
        let picture = library.blob(b"\xff\xd8\xff one");
        let retired = library.blob(b"\xff\xd8\xff two");
        let voice = library.blob(b"ID3\x04 three");
        let video = library.blob(b"\0\0\0\x20ftypisom four");
        let cover = library.blob(b"\xff\xd8\xff five");
        let asset = library.blob(b"\x89PNG\r\n\x1a\n six");

        let mut record = stored(ItemKind::Image, "i1", 100, &picture);
        record.url = Some("https://mmbiz.qpic.cn/mmbiz_jpg/One/0".to_owned());
        record.raw = Some(
            r#"{"media_id":"i1","name":"","update_time":100,"url":"https:\/\/mmbiz.qpic.cn\/mmbiz_jpg\/One\/0"}"#
                .to_owned(),
        );
        library.images.push(record);
        let mut record = stored(ItemKind::Image, "i2", 200, &retired);
        record.status = ItemStatus::Retired;
        record.retired_in = Some(samples::RUN.to_owned());
        library.images.push(record);
        let mut record = samples::media(ItemKind::Image, "i3");
        record.update_time = 300;
        record.status = ItemStatus::Missing;
        record.retired_in = None;
        record.gap_id = Some(GapId::of("image", "i3"));
        record.reason = Some(GapReason::Http404);
        library.images.push(record);
        library
            .voices
            .push(stored(ItemKind::Voice, "v1", 100, &voice));
        let mut record = stored(ItemKind::Video, "m1", 100, &video);
        record.cover = Some(Cover {
            path: cover.0.clone(),
            sha256: cover.1,
        });
        library.videos.push(record);
        library.add_news(&picture, &asset);
        library.trace();
        library
            .gaps
            .sort_by(|left, right| left.sort_key().cmp(right.sort_key()));
        library
    }

    fn add_news(&mut self, picture: &(EntryPath, Sha256, u64), asset: &(EntryPath, Sha256, u64)) {
        let akey = Akey::of(Section::News, "n1");
        let raw = concat!(
            r#"{"media_id":"n1","content":{"news_item":["#,
            r#"{"title":"First","author":"","content":"<p>1<\/p>","thumb_media_id":"i1"},"#,
            r#"{"title":"Second","content":"<p>2<\/p>"}],"update_time":50},"update_time":50}"#
        );
        let titles = ["First", "Second"];
        let record = ArticleRecord {
            source: Section::News,
            id: "n1".to_owned(),
            akey: akey.clone(),
            update_time: 50,
            status: ItemStatus::Stored,
            raw_path: Some(layout::article_raw_json(&akey)),
            raw_sha256: Some(Sha256::of(raw.as_bytes())),
            raw_form: Some(RawForm::Slice),
            count: 2,
            articles: titles
                .into_iter()
                .zip(1..)
                .map(|(title, idx)| ArticleEntry {
                    idx,
                    title: title.to_owned(),
                    meta_path: layout::article_meta(&akey, idx),
                    html_path: layout::article_page(&akey, idx),
                    assets: if idx == 1 { 3 } else { 1 },
                    gaps: u32::from(idx == 1),
                })
                .collect(),
            retired_in: None,
            ..samples::article("n1")
        };
        let shared = "https://mmbiz.qpic.cn/mmbiz_png/Shared/0";
        let lost = "https://mmbiz.qpic.cn/mmbiz_png/Lost/0";
        let [lost_key, shared_key] = [lost, shared].map(key);
        let media_key = AssetKey::of_media_id("i1");
        let mention = |key: &AssetKey, url: &str, path: Option<&EntryPath>| ArticleAsset {
            key: key.clone(),
            url: url.to_owned(),
            role: "img".to_owned(),
            media_id: key.media_id().map(str::to_owned),
            path: path.cloned(),
            gap_id: path.is_none().then(|| GapId::of("asset", key.as_str())),
        };
        let metas = titles.into_iter().zip(1..).map(|(title, idx)| {
            let html = format!("<p>{idx}</p>");
            let first = vec![
                mention(&shared_key, shared, Some(&asset.0)),
                mention(&lost_key, lost, None),
                mention(&media_key, "", Some(&picture.0)),
            ];
            ArticleMeta {
                title: title.to_owned(),
                thumb_media_id: (idx == 1).then(|| "i1".to_owned()),
                content: Some(Content {
                    sha256: Sha256::of(html.as_bytes()),
                    bytes: html.len() as u64,
                }),
                assets: if idx == 1 { first } else { first[..1].to_vec() },
                ..samples::meta(&record, idx)
            }
        });
        let metas = metas.collect();
        let article = |idx: u32| format!("{akey}/{idx:02}");
        let asset_record = |key: &AssetKey, urls: &[&str], refs: &[u32], blob| {
            let mut record = AssetRecord {
                key: key.clone(),
                urls: urls.iter().map(|url| (*url).to_owned()).collect(),
                refs: refs.iter().map(|idx| article(*idx)).collect(),
                ..samples::asset("x")
            };
            record.gap_id = Some(GapId::of("asset", key.as_str()));
            record.reason = Some(GapReason::Http403);
            let blob: Option<&(EntryPath, Sha256, u64)> = blob;
            if let Some((path, sha256, bytes)) = blob {
                record.status = ItemStatus::Stored;
                record.gap_id = None;
                record.reason = None;
                record.path = Some(path.clone());
                record.sha256 = Some(*sha256);
                record.bytes = Some(*bytes);
                record.mime = Some(mime(path));
            }
            record
        };
        self.assets = vec![
            asset_record(&media_key, &[], &[1], Some(picture)),
            asset_record(&lost_key, &[lost], &[1], None),
            asset_record(&shared_key, &[shared], &[1, 2], Some(asset)),
        ];
        self.assets.sort_by(|left, right| left.key.cmp(&right.key));
        let mut gap = samples::gap("asset", lost_key.as_str(), GapReason::Http403);
        gap.reference = Some(article(1));
        self.gaps.push(gap);
        self.groups.push(Group {
            record,
            metas,
            raw: raw.as_bytes().to_vec(),
        });
    }

    /// Puts bytes among the blobs.
    pub(super) fn blob(&mut self, bytes: &[u8]) -> (EntryPath, Sha256, u64) {
        let sha256 = Sha256::of(bytes);
        self.blobs.insert(sha256, bytes.to_vec());
        let path = layout::blob(&sha256, FileKind::of(bytes));
        (path, sha256, bytes.len() as u64)
    }

    /// Writes the provenance of all that records name.
    pub(super) fn trace(&mut self) {
        let media = self.images.iter().chain(&self.voices).chain(&self.videos);
        let media = media.flat_map(|record| {
            let cover = record.cover.as_ref().map(|cover| cover.sha256);
            let digests = [record.sha256, cover].into_iter().flatten();
            digests.map(|sha256| (sha256, record.kind, record.media_id.clone()))
        });
        let assets = self
            .assets
            .iter()
            .filter_map(|record| Some((record.sha256?, record.kind, record.key.to_string())));
        let lines = media.chain(assets).map(|(sha256, kind, id)| Provenance {
            sha256,
            bytes: self.blobs[&sha256].len() as u64,
            kind: kind.to_string(),
            id,
            via: "cdn".to_owned(),
            fetched_at: samples::time(),
            run_id: samples::RUN.to_owned(),
            address: None,
            http_status: Some(200),
            content_type: None,
            content_length: None,
            etag: None,
            last_modified: None,
        });
        self.provenance = lines.collect();
        self.provenance
            .sort_by(|left, right| left.sort_key().cmp(&right.sort_key()));
    }

    /// What the checker says of the archive that is made of this.
    pub(super) fn check(&self) -> Verdict {
        let (entries, blobs) = self.entries();
        let mut checker = Checker::new(appid().base_folder());
        for (path, bytes) in &entries {
            checker.document(path, &mut bytes.as_slice()).unwrap();
        }
        for (path, bytes) in &blobs {
            let head = BlobHead::of(bytes, bytes.len() as u64);
            checker.blob(path, &Fingerprint::of(bytes), head);
        }
        checker.finish()
    }

    /// The documents and the blobs of the archive, in its order.
    pub(in crate::record) fn entries(&self) -> (Entries, Entries) {
        let payload = self.payload();
        let blobs = self.ordered_blobs();
        let mut entries: Entries = self.files(payload, &blobs).into_iter().collect();
        entries.sort_by(|left, right| layout::order(&left.0, &right.0));
        (self.on_entries)(&mut entries);
        (entries, blobs)
    }

    /// Every entry of the archive that is made of a sound library, in its order.
    pub(crate) fn sample_entries() -> Entries {
        let (mut entries, blobs) = Self::sample().entries();
        entries.extend(blobs);
        entries
    }

    fn payload(&self) -> Files {
        let mut files = Files::new();
        let lines = [
            (ItemKind::Image, jsonl(&self.images)),
            (ItemKind::Voice, jsonl(&self.voices)),
            (ItemKind::Video, jsonl(&self.videos)),
            (ItemKind::Asset, jsonl(&self.assets)),
            (
                ItemKind::Article,
                jsonl(self.groups.iter().map(|group| &group.record)),
            ),
        ];
        for (kind, bytes) in lines {
            files.insert(layout::items(kind), bytes);
        }
        for group in &self.groups {
            let akey = &group.record.akey;
            if let Some(path) = &group.record.raw_path {
                files.insert(path.clone(), group.raw.clone());
            }
            for meta in &group.metas {
                files.insert(
                    layout::article_meta(akey, meta.idx),
                    canonical::document(meta),
                );
                files.insert(
                    layout::article_page(akey, meta.idx),
                    b"<!DOCTYPE html>\n".to_vec(),
                );
            }
        }
        files.insert(layout::path(layout::INDEX), b"<!DOCTYPE html>\n".to_vec());
        (self.on_payload)(&mut files);
        files
    }

    fn ordered_blobs(&self) -> Vec<(EntryPath, Vec<u8>)> {
        let mut order = ReadingOrder::default();
        for record in self.images.iter().chain(&self.voices).chain(&self.videos) {
            order.media(record);
        }
        for group in &self.groups {
            order.group(&group.record);
            for meta in &group.metas {
                order.article(meta);
            }
        }
        for record in &self.assets {
            order.asset(record);
        }
        let named = order.finish();
        let unnamed = self.blobs.keys().filter(|sha256| !named.contains(sha256));
        let mut blobs: Vec<(EntryPath, Vec<u8>)> = named
            .iter()
            .chain(unnamed)
            .filter_map(|sha256| Some((sha256, self.blobs.get(sha256)?)))
            .map(|(sha256, bytes)| (layout::blob(sha256, FileKind::of(bytes)), bytes.clone()))
            .collect();
        (self.on_blobs)(&mut blobs);
        blobs
    }

    /// Everything that is no blob, worked out of the payload.
    fn files(&self, payload: Files, blobs: &[(EntryPath, Vec<u8>)]) -> Files {
        let lines = |files: &mut dyn Iterator<Item = (&EntryPath, &Vec<u8>)>| {
            Manifest::new(files.map(|(path, bytes)| ManifestLine {
                sha256: Sha256::of(bytes),
                path: path.clone(),
            }))
        };
        let blob_files = blobs.iter().map(|(path, bytes)| (path, bytes));
        let manifest = lines(&mut payload.iter().chain(blob_files));
        let oxum = Oxum {
            bytes: payload
                .values()
                .chain(blobs.iter().map(|(_, bytes)| bytes))
                .map(|bytes| bytes.len() as u64)
                .sum(),
            files: (payload.len() + blobs.len()) as u64,
        };
        let completeness = self.completeness();

        let mut tags = Files::new();
        for (path, text) in [
            (layout::BAGIT, layout::BAGIT_TEXT),
            (layout::README, readme::TEXT),
        ]
        .into_iter()
        .chain(spec::FILES.iter().copied())
        {
            tags.insert(layout::path(path), text.as_bytes().to_vec());
        }
        tags.insert(layout::path(layout::CALLS), jsonl(&self.calls));
        tags.insert(layout::path(layout::CHANGES), jsonl(&self.changes));
        tags.insert(layout::path(layout::GAPS), jsonl(&self.gaps));
        tags.insert(layout::path(layout::PROVENANCE), jsonl(&self.provenance));
        tags.insert(
            layout::path(layout::COMPLETENESS),
            canonical::document(&completeness),
        );
        let archive = self.archive(
            &manifest,
            &completeness,
            oxum,
            blobs,
            tags.iter().chain(&payload),
        );
        tags.insert(layout::path(layout::ARCHIVE), canonical::document(&archive));
        let stamp = samples::RUN.parse().unwrap();
        let mut info = BagInfo::new(&appid(), stamp, "wxbackup 0.1.0", oxum);
        (self.on_bag_info)(&mut info);
        tags.insert(layout::path(layout::BAG_INFO), info.to_text().into_bytes());
        tags.insert(layout::path(layout::MANIFEST), manifest.to_bytes());
        let tagmanifest = lines(&mut tags.iter().filter(|(path, _)| Part::Tag.lists(path)));
        tags.insert(layout::path(layout::TAGMANIFEST), tagmanifest.to_bytes());
        tags.extend(payload);
        tags
    }

    fn completeness(&self) -> Completeness {
        let mut sections = BTreeMap::new();
        for section in Section::ALL {
            let statuses: Vec<ItemStatus> = match section {
                Section::Image => self.images.iter().map(|record| record.status).collect(),
                Section::Voice => self.voices.iter().map(|record| record.status).collect(),
                Section::Video => self.videos.iter().map(|record| record.status).collect(),
                _ => self
                    .groups
                    .iter()
                    .filter(|group| group.record.source == section)
                    .map(|group| group.record.status)
                    .collect(),
            };
            let of = |status| statuses.iter().filter(|of| **of == status).count() as u64;
            let (stored, missing) = (of(ItemStatus::Stored), of(ItemStatus::Missing));
            let unique_ids = stored + missing;
            let mut counts = SectionCounts {
                in_scope: true,
                stored,
                missing,
                retired: of(ItemStatus::Retired),
                ..SectionCounts::default()
            };
            if section != Section::Published {
                counts.listed = true;
                counts.listed_at = Some(samples::time());
                counts.stable = true;
                counts.passes = 1;
                counts.pages = 1;
                counts.api_count_end = Some(unique_ids);
                counts.list_total_first = Some(unique_ids);
                counts.list_total_last = Some(unique_ids);
                counts.entries_listed = unique_ids;
                counts.unique_ids = unique_ids;
            }
            sections.insert(section.to_string(), counts);
        }
        let of = |status| {
            let all = self.assets.iter();
            all.filter(|record| record.status == status).count() as u64
        };
        let assets = AssetCounts {
            referenced: self.assets.len() as u64,
            stored: of(ItemStatus::Stored),
            missing: of(ItemStatus::Missing),
        };
        let mut gaps = GapCounts::default();
        for gap in &self.gaps {
            gaps.add(gap);
        }
        let checks = completeness::checks(&sections, &assets, &gaps, &self.records());
        let mut document = Completeness {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION.to_owned(),
            status: completeness::status(&sections, &checks, &gaps),
            window: completeness::Window {
                started_at: samples::time(),
                finished_at: samples::time(),
            },
            sections,
            assets,
            gaps,
            checks,
            fetched_via: BTreeMap::from([("cdn".to_owned(), self.blobs.len() as u64)]),
            blind_spots: vec!["mass_sent_not_listable".to_owned()],
        };
        (self.on_completeness)(&mut document);
        document
    }

    fn records(&self) -> BTreeMap<String, u64> {
        [
            (ItemKind::Image, self.images.len()),
            (ItemKind::Voice, self.voices.len()),
            (ItemKind::Video, self.videos.len()),
            (ItemKind::Article, self.groups.len()),
            (ItemKind::Asset, self.assets.len()),
        ]
        .into_iter()
        .map(|(kind, count)| (kind.to_string(), count as u64))
        .collect()
    }

    fn archive<'a>(
        &self,
        manifest: &Manifest,
        completeness: &Completeness,
        oxum: Oxum,
        blobs: &[(EntryPath, Vec<u8>)],
        files: impl Iterator<Item = (&'a EntryPath, &'a Vec<u8>)>,
    ) -> ArchiveDocument {
        let mut files: Vec<archive::FileEntry> = files
            .filter(|(path, _)| {
                ["run/", "data/items/"]
                    .iter()
                    .any(|folder| path.as_str().starts_with(folder))
            })
            .map(|(path, bytes)| archive::FileEntry {
                path: path.clone(),
                role: "items".to_owned(),
                schema: None,
                lines: (path.extension() == Some("jsonl"))
                    .then(|| bytes.split(|byte| *byte == b'\n').count() as u64 - 1),
            })
            .collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        let mut document = ArchiveDocument {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION.to_owned(),
            features: Vec::new(),
            archive_id: format!("{}/{}", appid(), samples::RUN),
            account: archive::Account {
                appid: appid(),
                name: None,
                original_id: None,
            },
            run: archive::Run {
                id: samples::RUN.to_owned(),
                mode: "full".to_owned(),
                started_at: samples::time(),
                planned_at: samples::time(),
                resumed: 0,
                tool: archive::Tool {
                    name: "wxbackup".to_owned(),
                    version: "0.1.0".to_owned(),
                    commit: None,
                },
                scope: archive::Scope {
                    sections: Section::ALL.iter().map(ToString::to_string).collect(),
                    excludes: Vec::new(),
                },
            },
            previous: None,
            roots: manifest.roots(),
            totals: archive::Totals {
                payload_files: oxum.files,
                payload_bytes: oxum.bytes,
                blobs: blobs.len() as u64,
                blob_bytes: blobs.iter().map(|(_, bytes)| bytes.len() as u64).sum(),
                records: self.records(),
                gaps: self.gaps.len() as u64,
            },
            completeness: archive::Verdict {
                status: completeness.status,
                path: layout::path(layout::COMPLETENESS),
            },
            policies: archive::Policies {
                compression: "stored".to_owned(),
                retain_deleted: true,
                sniff_table: 1,
                url_normalisation: 1,
                renderer: "wx-html/1".to_owned(),
            },
            files,
            signatures: Vec::new(),
        };
        (self.on_archive)(&mut document);
        document
    }
}

/// The status that the sample has.
pub(super) const STATUS: RunStatus = RunStatus::CompleteWithGaps;

fn jsonl<'a, T: serde::Serialize + 'a>(records: impl IntoIterator<Item = &'a T>) -> Vec<u8> {
    records.into_iter().flat_map(canonical::line).collect()
}

fn key(url: &str) -> AssetKey {
    let hosts = crate::model::AssetHosts::default();
    crate::model::AssetAddress::parse(url, &hosts).unwrap().key
}

fn mime(path: &EntryPath) -> String {
    layout::parse_blob(path).unwrap().1.mime().to_owned()
}

fn stored(kind: ItemKind, id: &str, time: i64, blob: &(EntryPath, Sha256, u64)) -> MediaRecord {
    MediaRecord {
        update_time: time,
        status: ItemStatus::Stored,
        retired_in: None,
        path: Some(blob.0.clone()),
        sha256: Some(blob.1),
        bytes: Some(blob.2),
        mime: Some(mime(&blob.0)),
        ..samples::media(kind, id)
    }
}

fn call(seq: u64) -> Call {
    Call {
        seq,
        at: samples::time(),
        api: "material/batchget_material".to_owned(),
        request: serde_json::json!({"count": 20, "offset": 0, "type": "image"}),
        attempt: 1,
        http_status: Some(200),
        errcode: None,
        rid: None,
        body_sha256: None,
        body_bytes: 100,
        ms: 7,
    }
}
