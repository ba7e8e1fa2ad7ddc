//! The facts of a run and the tag files: everything outside `data/`.

use std::collections::HashSet;

use super::Composed;
use super::making::{Making, Payload, schema_of};
use super::provenance;
use crate::event::Event;
use crate::export::Error;
use crate::export::base::Base;
use crate::message;
use crate::model::{GapId, Section, layout};
use crate::record::archive::{
    Account, ArchiveDocument, FileEntry, Policies, Previous, Run, Scope, SignatureHint, Tool,
    Totals, Verdict,
};
use crate::record::bag_info::{BagInfo, Oxum};
use crate::record::manifest::Part;
use crate::record::signature::SigningKey;
use crate::record::{FORMAT, FORMAT_VERSION, canonical, readme, spec};

use super::library::RENDERER;
use super::proof::Proven;

/// Composes all that stands around the payload, and ends the making.
pub(super) fn compose(
    mut making: Making<'_>,
    payload: &Payload,
    mut proven: Proven,
    known_gaps: HashSet<GapId>,
) -> Result<Composed, Error> {
    proven.completeness.fetched_via = provenance::compose(&mut making)?;
    making.completeness(&proven)?;
    making.lines(
        layout::GAPS,
        "gaps",
        "gap",
        &mut proven.gaps.iter().map(canonical::line),
    )?;
    making.changes()?;
    making.calls()?;
    let archive_id = format!("{}/{}", making.run.options.app_id, making.run.id);
    making.archive(payload, &proven, &archive_id)?;
    making.bag(payload)?;
    for (path, text) in spec::FILES {
        making.composer.add(layout::path(path), text.as_bytes())?;
    }
    let (_, tags) = making.composer.add_manifest(Part::Tag)?;
    making.sign()?;
    for path in making.composer.content_with_secret() {
        making.run.observer.event(&Event::Warning {
            code: "secret_in_content",
            about: path.as_str(),
            message: &message!("export-secret-in-content"),
        });
    }
    let (entries, scratch) = making.composer.finish()?;
    Ok(Composed {
        entries,
        scratch,
        roots: payload.roots,
        archive_sha256: tags.sha256,
        archive_id,
        completeness: proven.completeness,
        gaps: proven.gaps,
        known_gaps,
    })
}

impl Making<'_> {
    fn completeness(&mut self, proven: &Proven) -> Result<(), Error> {
        let path = layout::path(layout::COMPLETENESS);
        self.composer
            .add(path.clone(), &canonical::document(&proven.completeness))?;
        self.files.push(FileEntry {
            path,
            role: "completeness".to_owned(),
            schema: Some(schema_of("completeness")),
            lines: None,
        });
        Ok(())
    }

    pub(super) fn lines(
        &mut self,
        name: &str,
        role: &str,
        schema: &str,
        lines: &mut dyn Iterator<Item = Vec<u8>>,
    ) -> Result<(), Error> {
        self.composer.begin(layout::path(name));
        for line in lines {
            self.composer.write(&line)?;
        }
        self.end_lines(&layout::path(name), role, schema);
        Ok(())
    }

    fn changes(&mut self) -> Result<(), Error> {
        let mut changes = std::mem::take(&mut self.changes);
        changes.sort_by(|left, right| left.sort_key().cmp(&right.sort_key()));
        self.lines(
            layout::CHANGES,
            "changes",
            "change",
            &mut changes.iter().map(canonical::line),
        )
    }

    fn calls(&mut self) -> Result<(), Error> {
        // The journal has them as they ended; their numbers are the order of sending.
        let mut calls = self.run.gathering.stage.calls()?;
        calls.sort_unstable_by_key(|call| call.seq);
        self.lines(
            layout::CALLS,
            "calls",
            "call",
            &mut calls.iter().map(canonical::line),
        )
    }

    fn archive(
        &mut self,
        payload: &Payload,
        proven: &Proven,
        archive_id: &str,
    ) -> Result<(), Error> {
        let (options, ledger) = (&self.run.options, &self.run.gathering.ledger);
        let mut files = std::mem::take(&mut self.files);
        files.sort_by(|left, right| left.path.cmp(&right.path));
        let document = ArchiveDocument {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION.to_owned(),
            features: Vec::new(),
            archive_id: archive_id.to_owned(),
            account: Account {
                appid: options.app_id.clone(),
                name: options.account_name.clone(),
                original_id: None,
            },
            run: Run {
                id: self.run.id.to_string(),
                mode: if self.library.base().is_some() {
                    "synthetic-full".to_owned()
                } else {
                    "full".to_owned()
                },
                started_at: ledger.started_at(),
                planned_at: self.gathered.planned_at,
                resumed: u32::try_from(ledger.starts.len() - 1).unwrap_or(u32::MAX),
                tool: Tool {
                    name: "wxbackup".to_owned(),
                    version: options.tool_version.clone(),
                    commit: options.tool_commit.clone(),
                },
                scope: Scope {
                    sections: Section::ALL
                        .iter()
                        .filter(|section| options.sections.contains(section))
                        .map(Section::to_string)
                        .collect(),
                    excludes: Vec::new(),
                },
            },
            previous: self.library.base().map(previous),
            roots: payload.roots,
            totals: Totals {
                payload_files: payload.files,
                payload_bytes: payload.bytes,
                blobs: payload.blobs,
                blob_bytes: payload.blob_bytes,
                records: proven.records.clone(),
                gaps: proven.gaps.len() as u64,
            },
            completeness: Verdict {
                status: proven.completeness.status,
                path: layout::path(layout::COMPLETENESS),
            },
            policies: Policies {
                compression: "stored".to_owned(),
                retain_deleted: options.retain_deleted,
                sniff_table: 1,
                url_normalisation: 1,
                renderer: RENDERER.to_owned(),
            },
            files,
            signatures: options.sign_key.iter().map(|key| hint(key)).collect(),
        };
        self.composer.add(
            layout::path(layout::ARCHIVE),
            &canonical::document(&document),
        )?;
        Ok(())
    }

    /// The signature of the tagmanifest, which was composed last and which
    /// neither manifest lists.
    fn sign(&mut self) -> Result<(), Error> {
        let Some(key) = &self.run.options.sign_key else {
            return Ok(());
        };
        let tagmanifest = self.composer.last_document()?;
        let signature = key.sign(tagmanifest.as_bytes());
        self.composer
            .add(layout::path(layout::SIGNATURE), signature.as_bytes())?;
        Ok(())
    }

    /// The files that make the folder a bag, but for the manifests.
    fn bag(&mut self, payload: &Payload) -> Result<(), Error> {
        let options = &self.run.options;
        let software = format!("wxbackup {}", options.tool_version);
        let oxum = Oxum {
            bytes: payload.bytes,
            files: payload.files,
        };
        let mut info = BagInfo::new(&options.app_id, self.run.id, &software, oxum);
        info.organization.clone_from(&options.account_name);
        self.composer
            .add(layout::path(layout::BAGIT), layout::BAGIT_TEXT.as_bytes())?;
        self.composer
            .add(layout::path(layout::README), readme::TEXT.as_bytes())?;
        self.composer
            .add(layout::path(layout::BAG_INFO), info.to_text().as_bytes())?;
        Ok(())
    }
}

/// What an archive says of its signature; it is no proof of it.
fn hint(key: &SigningKey) -> SignatureHint {
    SignatureHint {
        path: layout::path(layout::SIGNATURE),
        scheme: "sshsig".to_owned(),
        key_fingerprint: Some(key.fingerprint()),
    }
}

/// What an archive says of the one that it builds on.
fn previous(base: &Base) -> Previous {
    Previous {
        archive_id: base.document.archive_id.clone(),
        file_name: base.file_name(),
        archive_sha256: base.archive_sha256,
        payload_sha256: base.document.roots.payload_sha256,
        file_sha256: base.receipt.as_ref().map(|receipt| receipt.file_sha256),
        file_bytes: Some(base.archive.source().bytes()),
    }
}
