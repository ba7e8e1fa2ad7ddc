//! What an upload says: lines for people and for programs, from one value.

use std::collections::BTreeMap;

use serde::Serialize;
use wxbackup::html::ArticleLink;
use wxbackup::message;
use wxbackup::model::{AppId, Section};
use wxbackup::upload::fit::{Loss, Unfit};
use wxbackup::upload::plan::Counts;
use wxbackup::upload::receipt::{Kind, Standing};
use wxbackup::upload::{Account, Plan};

use crate::cli::language::{language, say};
use crate::cli::report::{Report, safe};

/// Lines about single items that people are told; programs are told all.
const TOLD: usize = 40;

/// A line about one item.
#[derive(Serialize)]
struct Line<'a> {
    message_type: &'static str,
    /// `unfit`, `loses`, `refused` or `differs`.
    state: &'static str,
    kind: &'a str,
    id: &'a str,
    name: &'a str,
    /// Of an article in a draft, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<usize>,
    reasons: Vec<Reason>,
    /// Links to articles of the same account, which stay as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own_links: Vec<String>,
}

#[derive(Serialize)]
struct Reason {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    text: String,
}

impl Reason {
    fn unfit(why: Unfit) -> Self {
        Self {
            code: Some(why.code()),
            text: why.sentence().in_language(language()),
        }
    }

    fn loss(loss: Loss) -> Self {
        Self {
            code: Some(loss.code()),
            text: loss.sentence().in_language(language()),
        }
    }
}

/// Says of each item what there is to say, and to people of the first only.
pub(super) struct Teller<'a> {
    report: &'a Report,
    told: usize,
}

impl<'a> Teller<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { report, told: 0 }
    }

    fn tell(&mut self, line: &Line<'_>) {
        self.report.line(line);
        self.told += 1;
        if self.told > TOLD && !self.report.tells_all() {
            return;
        }
        let article = line
            .article
            .map(|article| format!(" ({article})"))
            .unwrap_or_default();
        let name = match line.name {
            "" => String::new(),
            name => format!(" {}", safe(name)),
        };
        let texts: Vec<&str> = line.reasons.iter().map(|it| it.text.as_str()).collect();
        self.report.result(&format!(
            "{:8} {} {}{article}{name}: {}",
            line.state,
            line.kind,
            safe(line.id),
            texts.join("; ")
        ));
        for link in &line.own_links {
            self.report.result(&format!("         link {}", safe(link)));
        }
    }

    /// What cannot be put back, and what each draft loses.
    pub(super) fn plan(&mut self, plan: &Plan) {
        for unfit in &plan.unfit {
            self.tell(&Line {
                message_type: "upload",
                state: "unfit",
                kind: unfit.section.as_str(),
                id: &unfit.id,
                name: &unfit.name,
                article: None,
                reasons: vec![Reason::unfit(unfit.why)],
                own_links: Vec::new(),
            });
        }
        for draft in &plan.drafts {
            for (number, article) in (1..).zip(&draft.articles) {
                if article.losses.is_empty() {
                    continue;
                }
                self.tell(&Line {
                    message_type: "upload",
                    state: "loses",
                    kind: draft.section.as_str(),
                    id: &draft.id,
                    name: &article.title,
                    article: Some(number),
                    reasons: article.losses.iter().copied().map(Reason::loss).collect(),
                    own_links: article.own_links.iter().map(href).collect(),
                });
            }
        }
    }

    /// One thing that is not as it should be.
    pub(super) fn one(
        &mut self,
        state: &'static str,
        kind: Kind,
        id: &str,
        name: &str,
        why: impl Into<String>,
    ) {
        self.tell(&Line {
            message_type: "upload",
            state,
            kind: kind.as_str(),
            id,
            name,
            article: None,
            reasons: vec![Reason {
                code: None,
                text: why.into(),
            }],
            own_links: Vec::new(),
        });
    }

    /// Says how many people were not told of.
    pub(super) fn finish(self) {
        if self.told > TOLD && !self.report.tells_all() {
            let more = self.told - TOLD;
            self.report
                .result(&say!("upload-more", count = more.to_string()));
        }
    }
}

fn href(link: &ArticleLink) -> String {
    format!(
        "https://mp.weixin.qq.com/s?__biz={}&mid={}&idx={}",
        link.biz, link.mid, link.idx
    )
}

/// What the summary line says of an upload.
#[derive(Serialize)]
pub(super) struct Facts<'a> {
    pub(super) upload: Upload<'a>,
}

/// The same in parts.
#[derive(Serialize)]
pub(super) struct Upload<'a> {
    /// `plan`, `apply`, `check` or `undo`.
    pub(super) mode: &'static str,
    pub(super) target_appid: &'a AppId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_appid: Option<&'a AppId>,
    pub(super) receipt: &'a std::path::Path,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) sections: BTreeMap<&'static str, SectionFacts>,
    /// Pictures that only serve articles, not yet uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) article_pictures: Option<u64>,
    /// Calls that are to be made yet, by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) calls: BTreeMap<&'static str, CallFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) days: Option<u64>,
    /// How many things the library of the account takes yet.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) room: BTreeMap<&'static str, u64>,
    /// Things that were put in, compared or deleted by this run, by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) done: BTreeMap<&'static str, u64>,
    /// Things that are not as they should be.
    pub(super) troubles: u64,
}

/// The numbers of a section.
#[derive(Serialize)]
pub(super) struct SectionFacts {
    items: u64,
    done: u64,
    shared: u64,
    unfit: u64,
}

/// The calls of a path.
#[derive(Serialize)]
pub(super) struct CallFacts {
    needed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_today: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    daily_limit: Option<u64>,
}

/// The numbers of every section that has any.
pub(super) fn sections(plan: &Plan, standing: &Standing) -> BTreeMap<&'static str, SectionFacts> {
    let counted = Section::ALL.into_iter().map(|section| {
        let Counts {
            items,
            done,
            shared,
            unfit,
        } = plan.counts(section, standing);
        let facts = SectionFacts {
            items,
            done,
            shared,
            unfit,
        };
        (section.as_str(), facts)
    });
    counted
        .filter(|(_, facts)| facts.items + facts.unfit > 0)
        .collect()
}

/// The calls that are to be made, with what is left of each.
pub(super) fn calls(
    plan: &Plan,
    standing: &Standing,
    account: Option<&Account>,
) -> BTreeMap<&'static str, CallFacts> {
    let calls = plan.calls(standing).into_iter().map(|(api, needed)| {
        let quota = account.and_then(|account| account.quotas.get(&api));
        let facts = CallFacts {
            needed,
            left_today: quota.map(|quota| quota.remain),
            daily_limit: quota.map(|quota| quota.daily_limit),
        };
        (api.name(), facts)
    });
    calls.collect()
}

/// The tables of a plan, for people.
pub(super) fn show(upload: &Upload<'_>, report: &Report) {
    report.result(&say!("upload-table"));
    for section in Section::ALL {
        if let Some(facts) = upload.sections.get(section.as_str()) {
            report.result(&format!(
                "{:<9} {:>10} {:>14} {:>7} {:>7}",
                section.as_str(),
                facts.items,
                facts.done,
                facts.shared,
                facts.unfit
            ));
        }
    }
    if let Some(pictures) = upload.article_pictures {
        report.result(&say!(
            "upload-article-pictures",
            count = pictures.to_string()
        ));
    }
    for (api, facts) in &upload.calls {
        let left = match (facts.left_today, facts.daily_limit) {
            (Some(left), Some(limit)) => message!(
                "upload-calls-left",
                left = left.to_string(),
                limit = limit.to_string()
            ),
            _ => message!("upload-calls-untold"),
        };
        report.result(&say!(
            "upload-calls",
            api = *api,
            needed = facts.needed.to_string(),
            left = left
        ));
    }
    if !upload.calls.is_empty() {
        report.result(&match upload.days {
            Some(1) => say!("upload-today"),
            Some(days) => say!("upload-days", days = days.to_string()),
            None => say!("upload-days-untold"),
        });
    }
    for (section, room) in &upload.room {
        report.result(&say!(
            "upload-room",
            section = *section,
            room = room.to_string()
        ));
    }
}
