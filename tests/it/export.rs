//! `wxbackup export`: what comes into the archive from an account, whatever
//! its ways, and what is said of what does not come.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use wechat_sim::{Builder, Fault, Quirk, Sim, Target};
use wxbackup::export::Outcome;

use crate::quick;
use crate::run::{Run, Said};
use crate::saved::{Gap, Saved, files, truth};

/// The account that the project's promises speak of.
fn large() -> Builder {
    Sim::builder()
        .seed(7)
        .images(300)
        .voices(12)
        .videos(6)
        .news(40)
        .drafts(10)
        .published(15)
}

/// A little of everything.
fn small() -> Builder {
    Sim::builder()
        .seed(3)
        .images(23)
        .voices(3)
        .videos(5)
        .news(4)
        .drafts(5)
        .published(4)
}

/// An export that has ended, with its folder.
struct Exported {
    folder: tempfile::TempDir,
    said: Said,
    saved: Saved,
}

impl Exported {
    /// Exports `sim` with more arguments; it must end with `code` and leave an archive.
    #[track_caller]
    fn of(sim: &Sim, args: &[&str], code: i32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let said = Run::export(sim, folder.path())
            .args(args.iter().copied())
            .ends_with(code);
        let saved = Saved::only_one_in(folder.path());
        Self {
            folder,
            said,
            saved,
        }
    }

    /// Exports all of `sim`; everything must come.
    #[track_caller]
    fn complete(sim: &Sim) -> Self {
        let exported = Self::of(sim, &[], 0);
        assert_eq!(exported.saved.gaps(), []);
        assert_eq!(exported.saved.completeness()["status"], "complete");
        exported
    }
}

fn gap(kind: &str, id: &str, reason: &str) -> Gap {
    (kind.to_owned(), id.to_owned(), reason.to_owned())
}

#[track_caller]
fn verify(archive: &Path) {
    let said = Run::new().args(["verify"]).args([archive]).succeeds();
    assert_eq!(said.stderr, "");
}

#[test]
fn every_byte_that_the_account_names_is_in_the_archive_once() {
    let sim = large().start();
    let exported = Exported::complete(&sim);
    let (said, saved) = (&exported.said, &exported.saved);
    assert_eq!(said.stdout, format!("{}\n", saved.path.display()));
    assert_eq!(saved.blobs(), truth(&sim));
    verify(&saved.path);
}

#[test]
fn the_sidecars_say_what_the_archive_is_and_nothing_else_is_left() {
    let sim = small().start();
    let exported = Exported::complete(&sim);
    let (folder, saved) = (exported.folder.path(), &exported.saved);
    let stem = saved.path.file_stem().unwrap().to_str().unwrap();
    let bytes = std::fs::read(&saved.path).unwrap();
    let sha256 = wxbackup::model::Sha256::of(&bytes).to_string();

    let sum = std::fs::read_to_string(folder.join(format!("{stem}.zip.sha256"))).unwrap();
    assert_eq!(sum, format!("{sha256}  {stem}.zip\n"));

    let mut receipt = saved.receipt.clone();
    let receipt = receipt.as_object_mut().unwrap();
    let tags = &saved.entries["tagmanifest-sha256.txt"];
    let roots = &saved.document("run/archive.json")["roots"];
    let times = ["published_at", "verified_at"].map(|name| receipt.remove(name).unwrap());
    assert_eq!(times[0], times[1]);
    let run_id = stem.rsplit_once('-').unwrap().1;
    assert_eq!(
        Value::Object(receipt.clone()),
        json!({
            "format": "wxbackup-archive",
            "format_version": "1.0",
            "archive_id": format!("{}/{run_id}", sim.appid()),
            "run_id": run_id,
            "file_name": format!("{stem}.zip"),
            "file_bytes": bytes.len(),
            "file_sha256": sha256,
            "archive_sha256": wxbackup::model::Sha256::of(tags).to_string(),
            "payload_sha256": roots["payload_sha256"],
            "source_sha256": roots["source_sha256"],
            "entries": saved.entries.len(),
            "status": "complete",
        })
    );

    let home = folder.join(".wxbackup").join(sim.appid());
    let mut left: Vec<String> = files(folder)
        .iter()
        .map(|path| path.strip_prefix(folder).unwrap().display().to_string())
        .collect();
    left.sort();
    let staged = |name: &str| format!(".wxbackup/{}/{name}", sim.appid());
    assert_eq!(
        left,
        [
            staged("CACHEDIR.TAG"),
            staged("lock"),
            staged("version"),
            format!("{stem}.receipt.json"),
            format!("{stem}.zip"),
            format!("{stem}.zip.sha256"),
        ]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&saved.path), 0o600, "it holds unpublished drafts");
        assert_eq!([mode(&home), mode(home.parent().unwrap())], [0o700; 2]);
        let open: Vec<_> = files(&home)
            .into_iter()
            .filter(|path| mode(path) & 0o077 != 0)
            .collect();
        assert_eq!(open, [] as [std::path::PathBuf; 0]);
    }
}

#[test]
fn errors_resets_and_cut_bodies_cost_nothing_but_time() {
    let sim = large()
        .fault(Fault::Status(502), Target::media().chance(0.03))
        .fault(Fault::Status(500), Target::any().chance(0.02))
        .fault(Fault::Reset, Target::any().chance(0.03))
        .fault(Fault::Cut, Target::any().chance(0.05))
        .fault(Fault::Errcode(-1), Target::api().chance(0.1))
        .start();
    let folder = tempfile::tempdir().unwrap();
    let outcome = quick::export(&sim, folder.path()).unwrap();
    assert!(matches!(outcome, Outcome::Sealed(_)), "{outcome:?}");
    let saved = Saved::only_one_in(folder.path());
    assert_eq!(saved.gaps(), []);
    assert_eq!(saved.blobs(), truth(&sim));
    verify(&saved.path);
    let struck = sim.count_where(|call| !call.faults.is_empty());
    assert!(struck > 60, "only {struck} calls were struck");
}

#[test]
fn a_narrower_run_asks_for_its_sections_alone() {
    let sim = small().start();
    let exported = Exported::of(&sim, &["--sections", "image,voice"], 0);
    let wanted: BTreeSet<String> = sim
        .truth()
        .iter()
        .filter(|file| ["image", "voice"].contains(&file.section))
        .map(|file| file.media.source().sha256())
        .collect();
    assert_eq!(exported.saved.blobs(), wanted);
    let lists: BTreeSet<String> = sim
        .calls()
        .iter()
        .filter(|call| call.path.contains("batchget"))
        .map(|call| call.body_text("type").unwrap_or(&call.path).to_owned())
        .collect();
    assert_eq!(lists, ["image", "voice"].map(str::to_owned).into());
    assert_eq!(sim.count("/cgi-bin/draft/count"), 0);
    let files: Vec<&str> = exported
        .saved
        .entries
        .keys()
        .filter_map(|name| name.strip_prefix("data/items/"))
        .collect();
    assert_eq!(files, ["image.jsonl", "voice.jsonl"]);
    assert_eq!(
        exported.saved.document("run/archive.json")["run"]["scope"]["sections"],
        json!(["image", "voice"])
    );
}

#[test]
fn pictures_by_the_api_are_the_apis_own_bytes() {
    let sim = small().with(Quirk::CdnRecodes).start();
    let args = ["--pictures-by", "api", "--sections", "image"];
    let exported = Exported::of(&sim, &args, 0);
    let wanted: BTreeSet<String> = sim
        .account()
        .images()
        .map(|image| image.picture.source().sha256())
        .collect();
    assert_eq!(exported.saved.blobs(), wanted);
    assert_eq!(sim.cdn_requests(), 0);
    assert_eq!(sim.count("/cgi-bin/material/get_material"), 23);
}

#[test]
fn an_empty_account_is_complete() {
    let sim = Sim::builder().start();
    let exported = Exported::complete(&sim);
    assert_eq!(exported.saved.blobs(), BTreeSet::new());
    verify(&exported.saved.path);
}

#[test]
fn a_section_that_the_account_may_not_read_is_a_gap_that_can_be_accepted() {
    let sim = small()
        .fault(
            Fault::Errcode(48001),
            Target::under("/cgi-bin/freepublish/"),
        )
        .start();
    let exported = Exported::of(&sim, &[], 3);
    let gaps = [gap("section", "published", "no_permission")];
    assert_eq!(exported.saved.gaps(), gaps);
    assert_eq!(
        exported.saved.completeness()["status"],
        "complete-with-gaps"
    );
    assert!(
        exported.said.stderr.contains("--allow-gaps no_permission"),
        "{}",
        exported.said.stderr
    );
    let accepted = Exported::of(&sim, &["--allow-gaps", "no_permission"], 0);
    assert_eq!(accepted.saved.gaps(), gaps);
    verify(&accepted.saved.path);
}

#[test]
fn a_listed_item_that_is_gone_is_a_gap_with_all_that_the_list_says_of_it() {
    let sim = small().with(Quirk::ListedButGone).start();
    let gone = sim.account().voices().last().unwrap().clone();
    let exported = Exported::of(&sim, &[], 3);
    assert_eq!(
        exported.saved.gaps(),
        [gap("voice", &gone.media_id, "invalid_media_id")]
    );
    let record = exported.saved.item("voice", &gone.media_id);
    assert_eq!(
        [&record["status"], &record["name"], &record["reason"]],
        ["missing", &gone.name, "invalid_media_id"]
    );
    assert!(record["raw"].as_str().unwrap().contains(&gone.media_id));
    Exported::of(&sim, &["--allow-gaps", "source_gone"], 0);
    Exported::of(&sim, &["--allow-gaps", "http_404"], 3);
}

#[test]
fn a_video_that_the_api_shows_only_as_a_page_is_a_gap() {
    let sim = small().with(Quirk::VideoPage).start();
    let page_only = sim.account().videos().next().unwrap().media_id.clone();
    let exported = Exported::of(&sim, &[], 3);
    assert_eq!(
        exported.saved.gaps(),
        [gap("video", &page_only, "embed_not_downloadable")]
    );
    verify(&exported.saved.path);
}

#[test]
fn pages_instead_of_videos_are_not_saved_as_videos() {
    let sim = small().with(Quirk::VideoHtml).start();
    let ids: Vec<String> = sim
        .account()
        .videos()
        .map(|video| video.media_id.clone())
        .collect();
    let exported = Exported::of(&sim, &["--sections", "video"], 3);
    let mut gaps: Vec<Gap> = ids
        .iter()
        .map(|id| gap("video", id, "embed_not_downloadable"))
        .collect();
    gaps.sort();
    assert_eq!(exported.saved.gaps(), gaps);
    assert_eq!(exported.saved.blobs(), BTreeSet::new());
}

#[test]
fn a_fresh_video_that_is_not_there_yet_is_waited_for() {
    let sim = small().with(Quirk::FreshVideoMissing).start();
    let exported = Exported::complete(&sim);
    assert_eq!(exported.saved.blobs(), truth(&sim));
}

#[test]
fn bytes_of_no_known_kind_are_kept_as_they_came_and_told() {
    let sim = small()
        .with(Quirk::ProtobufItem)
        .with(Quirk::JsonLookingVoice)
        .start();
    let (image, voice) = {
        let account = sim.account();
        let image = account.images().find(|image| image.url.is_empty());
        (
            image.unwrap().media_id.clone(),
            account.voices().next().unwrap().media_id.clone(),
        )
    };
    let exported = Exported::complete(&sim);
    let saved = &exported.saved;
    for (kind, id) in [("image", &image), ("voice", &voice)] {
        let record = saved.item(kind, id);
        assert_eq!(record["status"], "stored");
        let path = record["path"].as_str().unwrap();
        assert_eq!(path.rsplit('.').next(), Some("bin"), "{path}");
        let warned = exported
            .said
            .stderr
            .lines()
            .any(|line| line.contains(id.as_str()));
        assert!(warned, "{}", exported.said.stderr);
        if kind == "voice" {
            assert!(saved.entries[path].starts_with(b"{\"errmsg\":"));
        } else {
            assert_eq!(saved.entries[path].len(), 140);
        }
    }
    verify(&saved.path);
}

#[test]
fn placeholders_are_asked_for_again_in_another_way() {
    let sim = small().with(Quirk::RefererNeeded).start();
    let exported = Exported::complete(&sim);
    assert_eq!(exported.saved.blobs(), truth(&sim));
    let suspects = ["image", "asset"].map(|kind| {
        let records = exported.saved.items(kind);
        records.iter().filter(|it| it["suspect"] == true).count()
    });
    assert_eq!(suspects, [0, 0]);
}

#[test]
fn a_placeholder_for_everyone_is_no_picture_of_the_library() {
    // The page's own request does no better: only the API gives the pictures.
    let sim = small().fault(Fault::Placeholder, Target::cdn()).start();
    let exported = Exported::complete(&sim);
    let blobs = exported.saved.blobs();
    for file in sim.truth() {
        if file.section == "image" {
            let came = blobs.contains(&file.media.source().sha256());
            assert!(came, "{}", exported.saved.item("image", &file.id));
        }
    }
    let kept = exported.saved.items("asset");
    let kept: Vec<_> = kept.iter().filter(|it| it["suspect"] == true).collect();
    assert!(!kept.is_empty());
    assert!(exported.said.stderr.contains("may be a placeholder"));
}

#[test]
fn a_placeholder_that_stays_is_kept_marked_and_told() {
    let sim = small()
        .fault(Fault::Placeholder, Target::under("/sz_"))
        .start();
    let exported = Exported::complete(&sim);
    let placeholder = wechat_sim::placeholder().source().sha256();
    let (marked, held): (Vec<bool>, Vec<bool>) = exported
        .saved
        .items("asset")
        .iter()
        .map(|it| (it["suspect"] == true, it["sha256"] == *placeholder))
        .unzip();
    // Pictures that are the same by chance are marked too.
    assert!(
        marked
            .iter()
            .zip(&held)
            .all(|(marked, held)| *marked || !held)
    );
    assert!(held.iter().filter(|held| **held).count() >= 3);
    assert!(
        exported.said.stderr.contains("placeholder"),
        "{}",
        exported.said.stderr
    );
    verify(&exported.saved.path);
}

#[test]
fn a_picture_whose_address_is_dead_comes_by_the_api() {
    for fault in [
        Fault::Status(404),
        Fault::Status(403),
        Fault::Html,
        Fault::Errcode(40001),
        Fault::Redirect("http://169.254.169.254/latest/meta-data".to_owned()),
    ] {
        let sim = Sim::builder().images(3).start();
        let image = sim.account().images().next().unwrap().clone();
        sim.fault(fault.clone(), Target::path(&image.url));
        let exported = Exported::complete(&sim);
        assert_eq!(exported.saved.blobs(), truth(&sim), "{fault:?}");
        let calls = sim.count("/cgi-bin/material/get_material");
        assert_eq!(calls, 1, "{fault:?}");
    }
}

#[test]
fn pictures_that_share_a_dead_address_each_have_a_way_of_their_own() {
    let sim = Sim::builder().images(3).start();
    let first = sim.account().images().last().unwrap().clone();
    let copy = sim.account().copy_image(&first.media_id);
    sim.fault(Fault::Status(404), Target::path(&first.url));
    // The copy, which is listed first, is gone; the picture itself is not.
    let get = || Target::path("/cgi-bin/material/get_material");
    sim.fault(Fault::Errcode(40007), get().item(&copy));
    let exported = Exported::complete(&sim);
    assert_eq!(exported.saved.blobs(), truth(&sim));

    sim.fault(Fault::Errcode(40007), get());
    let exported = Exported::of(&sim, &["--allow-gaps", "source_gone"], 0);
    let mut gaps = [&copy, &first.media_id].map(|id| gap("image", id, "invalid_media_id"));
    gaps.sort();
    assert_eq!(exported.saved.gaps(), gaps);
}

#[test]
fn an_asset_that_is_gone_is_a_gap_under_its_key() {
    let sim = small().start();
    let url = {
        let account = sim.account();
        let article = &account.published().next().unwrap().articles[0];
        let own = article.assets.iter().find(|it| it.url.contains("/640?"));
        own.unwrap().url.clone()
    };
    let path = url.split('?').next().unwrap().replace("/640", "/");
    let path = path.splitn(4, '/').nth(3).unwrap().to_owned();
    sim.fault(Fault::Status(404), Target::under(&format!("/{path}")));
    let exported = Exported::of(&sim, &[], 3);
    let gaps = exported.saved.gaps();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let (kind, key, reason) = &gaps[0];
    assert_eq!([kind.as_str(), reason], ["asset", "http_404"]);
    let record = exported
        .saved
        .items("asset")
        .into_iter()
        .find(|record| record["key"] == **key)
        .unwrap();
    assert_eq!(record["status"], "missing");
    let spelled = record["urls"].to_string();
    assert!(spelled.contains(path.trim_end_matches('/')), "{spelled}");
    Exported::of(&sim, &["--allow-gaps", "source_gone"], 0);
}

#[test]
fn a_picture_on_a_foreign_host_is_left_out_by_policy() {
    let sim = small().with(Quirk::ForeignAsset).start();
    let exported = Exported::of(&sim, &[], 3);
    let gaps = exported.saved.gaps();
    let reasons: Vec<[&str; 2]> = gaps
        .iter()
        .map(|(kind, _, reason)| [kind.as_str(), reason.as_str()])
        .collect();
    assert_eq!(reasons, [["asset", "embed_not_downloadable"]]);
    assert_eq!(exported.saved.blobs(), truth(&sim));
    Exported::of(&sim, &["--allow-gaps", "policy"], 0);
}

#[test]
fn a_deleted_publication_is_recorded_so_and_is_no_gap() {
    let sim = small().with(Quirk::DeletedPublication).start();
    let id = sim.account().published().last().unwrap().id.clone();
    let exported = Exported::complete(&sim);
    let record = exported.saved.item("article", &id);
    let meta = record["articles"][0]["meta_path"].as_str().unwrap();
    assert_eq!(exported.saved.document(meta)["is_deleted"], true);
    verify(&exported.saved.path);
}

#[test]
fn texts_that_a_list_leaves_out_are_asked_for_one_by_one() {
    let sim = small().with(Quirk::NoContentUnasked).start();
    let exported = Exported::complete(&sim);
    assert_eq!(exported.saved.blobs(), truth(&sim));
    assert_eq!(sim.count("/cgi-bin/freepublish/getarticle"), 4);
    verify(&exported.saved.path);
}

/// The pictures of picture drafts: what `meta.json` says of each.
fn picture_drafts(sim: &Sim, saved: &Saved) -> Vec<(Value, Vec<String>)> {
    let account = sim.account();
    let drafts = account.drafts().filter(|draft| draft.articles[0].newspic);
    drafts
        .map(|draft| {
            let record = saved.item("article", &draft.id);
            let meta = saved.document(record["articles"][0]["meta_path"].as_str().unwrap());
            let pictures = meta["assets"].as_array().unwrap().iter();
            let ids: Vec<String> = pictures
                .filter(|asset| asset["role"] == "newspic" && asset["path"].is_string())
                .map(|asset| asset["media_id"].as_str().unwrap().to_owned())
                .collect();
            let mut wanted: Vec<String> = Vec::new();
            for id in &draft.articles[0].image_ids {
                if !wanted.contains(id) {
                    wanted.push(id.clone());
                }
            }
            assert_eq!(ids, wanted, "each picture is stored, in its order");
            (meta["article_type"].clone(), ids)
        })
        .collect()
}

#[test]
fn picture_drafts_keep_their_pictures_whatever_tells_their_type() {
    let listed = small().start();
    let exported = Exported::complete(&listed);
    let drafts = picture_drafts(&listed, &exported.saved);
    assert!(!drafts.is_empty());
    assert!(drafts.iter().all(|(kind, _)| kind == "newspic"));

    let untold = small().with(Quirk::NewspicWithoutType).start();
    let exported = Exported::complete(&untold);
    assert_eq!(picture_drafts(&untold, &exported.saved).len(), drafts.len());
    verify(&exported.saved.path);

    // The list tells ids alone, and a draft asked for by its id loses its type.
    let lost = small()
        .with(Quirk::NewspicTypeLostOnGet)
        .fault(
            Fault::MissingField("content".to_owned()),
            Target::list("draft"),
        )
        .start();
    let exported = Exported::complete(&lost);
    assert_eq!(lost.count("/cgi-bin/draft/get"), 5);
    assert_eq!(picture_drafts(&lost, &exported.saved).len(), drafts.len());
    verify(&exported.saved.path);
}

#[test]
fn pictures_that_only_an_id_names_come_by_the_api_where_the_library_is_not_covered() {
    let sim = small().start();
    let exported = Exported::of(&sim, &["--sections", "draft"], 0);
    assert!(!picture_drafts(&sim, &exported.saved).is_empty());
    verify(&exported.saved.path);
}

#[test]
fn json_that_is_none_is_read_and_kept_as_it_came() {
    for fault in [
        Fault::ControlBytes,
        Fault::BrokenUtf8,
        Fault::Bom,
        Fault::StringNumbers,
        Fault::Chunked,
    ] {
        let sim = small()
            .fault(fault.clone(), Target::under("/cgi-bin/"))
            .start();
        let folder = tempfile::tempdir().unwrap();
        let said = Run::export(&sim, folder.path()).succeeds();
        let saved = Saved::only_one_in(folder.path());
        assert_eq!(saved.gaps(), [], "{fault:?}");
        assert_eq!(saved.blobs(), truth(&sim), "{fault:?}");
        verify(&saved.path);
        let lists = sim.count_where(|call| call.path.contains("batchget"));
        let mended = match fault {
            Fault::ControlBytes | Fault::BrokenUtf8 => lists,
            // The token and four counts.
            Fault::Bom => lists + 5,
            _ => 0,
        };
        let warnings = said.stderr.matches("was mended").count();
        assert_eq!(warnings, mended, "{fault:?}: {}", said.stderr);
    }
}

/// A list of pictures that shifts while it is read; gives the section's counts.
#[track_caller]
fn shifting(sim: &Sim, code: i32) -> (Exported, Value) {
    let exported = Exported::of(sim, &["--sections", "image"], code);
    let counts = exported.saved.completeness()["sections"]["image"].clone();
    verify(&exported.saved.path);
    (exported, counts)
}

fn three_pages() -> Sim {
    Sim::builder().images(45).start()
}

#[test]
fn an_item_that_two_pages_list_is_counted_once_and_none_is_lost() {
    // Full pages: the last item of the one that is struck falls out.
    let sim = Sim::builder().images(60).start();
    sim.fault(Fault::RepeatedItem, Target::list("image").at(2));
    let (exported, counts) = shifting(&sim, 0);
    assert_eq!(exported.saved.blobs(), truth(&sim));
    assert_eq!([&counts["unique_ids"], &counts["passes"]], [60, 2]);
}

#[test]
fn an_item_that_is_removed_between_two_pages_makes_no_other_vanish() {
    let sim = three_pages();
    let removed = sim.account().images().next().unwrap().clone();
    let id = removed.media_id.clone();
    sim.after(Target::list("image").at(1), move |account| {
        account.remove(&id);
    });
    let (exported, counts) = shifting(&sim, 0);
    let mut wanted = truth(&sim);
    wanted.insert(removed.picture.source().sha256());
    assert_eq!(exported.saved.blobs(), wanted);
    assert_eq!(
        [&counts["unique_ids"], &counts["retired"], &counts["passes"]],
        [44, 1, 2]
    );
    let record = exported.saved.item("image", &removed.media_id);
    assert_eq!(record["status"], "retired");
}

#[test]
fn an_item_that_is_added_while_its_list_is_read_is_saved_too() {
    let sim = three_pages();
    sim.after(Target::list("image").at(1), |account| {
        account.add_image("new.png");
    });
    let (exported, counts) = shifting(&sim, 0);
    assert_eq!(exported.saved.blobs(), truth(&sim));
    assert_eq!([&counts["unique_ids"], &counts["passes"]], [46, 2]);
}

#[test]
fn a_list_that_never_holds_still_is_not_called_complete() {
    let sim = three_pages();
    sim.after(Target::list("image"), |account| {
        account.add_image("new.png");
    });
    let (exported, counts) = shifting(&sim, 3);
    assert_eq!(
        [&counts["stable"], &counts["passes"]],
        [&json!(false), &json!(3)]
    );
    assert_eq!(exported.saved.completeness()["status"], "partial");
    assert!(
        exported.said.stderr.contains("image"),
        "{}",
        exported.said.stderr
    );
}

#[test]
fn an_entry_without_an_id_is_told_and_keeps_the_run_from_being_complete() {
    let sim = three_pages();
    let nameless = Fault::MissingField("media_id".to_owned());
    sim.fault(nameless, Target::list("image"));
    let (exported, counts) = shifting(&sim, 3);
    assert_eq!(exported.saved.items("image"), [] as [Value; 0]);
    assert_eq!(
        [&counts["stable"], &counts["listed"]],
        [&json!(false), &json!(true)]
    );
    assert!(
        exported
            .said
            .stderr
            .contains("45 entries of its list have no id"),
        "{}",
        exported.said.stderr
    );
}

#[test]
fn a_total_that_is_wrong_on_one_page_costs_a_pass() {
    for (drift, page) in [(2, 1), (-2, 1), (30, 1), (5, 2), (-30, 3)] {
        let sim = three_pages();
        sim.fault(Fault::TotalDrift(drift), Target::list("image").at(page));
        let (exported, counts) = shifting(&sim, 0);
        assert_eq!(
            exported.saved.blobs(),
            truth(&sim),
            "{drift} on page {page}"
        );
        assert_eq!(counts["unique_ids"], 45, "{drift} on page {page}");
    }
}

#[test]
fn a_page_past_the_end_may_be_refused() {
    let sim = three_pages();
    let list = || Target::list("image");
    sim.fault(Fault::TotalDrift(30), list().at(1));
    sim.fault(Fault::PastEndRefused, list());
    let (exported, counts) = shifting(&sim, 0);
    assert_eq!(exported.saved.blobs(), truth(&sim));
    assert_eq!(counts["unique_ids"], 45);

    // As it is where the list grows shorter between two pages.
    let sim = Sim::builder().images(41).start();
    sim.fault(Fault::PastEndRefused, list());
    let id = sim.account().images().next().unwrap().media_id.clone();
    sim.after(list().at(1), move |account| {
        account.remove(&id);
    });
    let (_, counts) = shifting(&sim, 0);
    assert_eq!(counts["unique_ids"], 40);
}

/// Nobody counts publications, so that behind a full last page is looked once more.
#[test]
fn whatever_answers_behind_a_full_last_page_changes_nothing_of_the_list() {
    for fault in [
        Fault::TotalDrift(-20),
        Fault::TotalDrift(30),
        Fault::MissingField("total_count".to_owned()),
        Fault::PastEndRefused,
        Fault::Errcode(40007),
        Fault::Errcode(48001),
    ] {
        let sim = Sim::builder().published(20).start();
        sim.fault(fault.clone(), Target::list("published").at(2));
        let exported = Exported::of(&sim, &["--sections", "published"], 0);
        let counts = &exported.saved.completeness()["sections"]["published"];
        let told = ["pages", "passes", "unique_ids", "list_total_last", "stable"];
        assert_eq!(
            told.map(|name| counts[name].clone()),
            [json!(1), json!(1), json!(20), json!(20), json!(true)],
            "{fault:?}"
        );
        let list = |call: &&wechat_sim::Call| call.path.ends_with("freepublish/batchget");
        assert_eq!(sim.calls().iter().filter(list).count(), 2, "{fault:?}");
    }
}

#[test]
fn a_publication_behind_a_total_that_is_too_small_is_found() {
    let sim = Sim::builder().published(21).start();
    sim.fault(Fault::TotalDrift(-1), Target::list("published").at(1));
    let exported = Exported::of(&sim, &["--sections", "published"], 0);
    let counts = &exported.saved.completeness()["sections"]["published"];
    assert_eq!(counts["unique_ids"], 21);
}

#[test]
fn a_total_that_stays_wrong_is_told_even_to_cron() {
    let sim = three_pages();
    sim.fault(Fault::TotalDrift(3), Target::list("image"));
    let exported = Exported::of(&sim, &["-q", "--sections", "image"], 3);
    let said = &exported.said.stderr;
    assert!(said.contains("45 against 42"), "{said}");
}
