//! `bag-info.txt`: BagIt's metadata, one `Label: value` a line, sorted (format 9.7).

use crate::message;
use crate::model::AppId;
use crate::model::RunStamp;
use crate::text::Message;

/// The longest `bag-info.txt` that is read.
pub const BYTES_MAX: usize = 64 << 10;

/// Where the profile of these bags is named; a name, not an address.
pub const PROFILE: &str = "urn:wxbackup:bagit-profile:1.0";

/// What `bag-info.txt` says of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagInfo {
    /// `Bag-Group-Identifier`: the account.
    pub appid: String,
    /// `Bag-Software-Agent`: the program and its version.
    pub software: String,
    /// `BagIt-Profile-Identifier`: [`PROFILE`].
    pub profile: String,
    /// `Bagging-Date`: the UTC date of the run, `2026-11-22`.
    pub date: String,
    /// `External-Identifier`: the `archive_id`.
    pub archive_id: String,
    /// `Payload-Oxum`: bytes and files under `data/`.
    pub oxum: Oxum,
    /// `Source-Organization`: the account's name, where the owner gives one.
    pub organization: Option<String>,
}

/// The size of a payload: `<bytes>.<files>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Oxum {
    pub bytes: u64,
    pub files: u64,
}

/// The text is no `bag-info.txt` in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0)]
pub struct InvalidBagInfo(Message);

impl InvalidBagInfo {
    /// What it says.
    pub fn message(&self) -> Message {
        self.0.clone()
    }
}

impl BagInfo {
    /// What an archive of `appid`, made by the run `run`, says.
    pub fn new(appid: &AppId, run: RunStamp, software: &str, oxum: Oxum) -> Self {
        Self {
            appid: appid.to_string(),
            software: software.to_owned(),
            profile: PROFILE.to_owned(),
            date: run.time().strftime("%Y-%m-%d").to_string(),
            archive_id: format!("{appid}/{run}"),
            oxum,
            organization: None,
        }
    }

    /// The bytes of the file. Line breaks and control characters become blanks:
    /// a value is one line.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let oxum = format!("{}.{}", self.oxum.bytes, self.oxum.files);
        let values = [
            Some(&self.appid),
            Some(&self.software),
            Some(&self.profile),
            Some(&self.date),
            Some(&self.archive_id),
            Some(&oxum),
            self.organization.as_ref(),
        ];
        for (label, value) in LABELS.iter().zip(values) {
            if let Some(value) = value {
                let words: Vec<&str> = value
                    .split(|c: char| c.is_whitespace() || c.is_control())
                    .filter(|word| !word.is_empty())
                    .collect();
                text.push_str(label);
                text.push_str(": ");
                text.push_str(&words.join(" "));
                text.push('\n');
            }
        }
        text
    }

    /// Reads the file back. Labels that it does not know are passed over, as
    /// long as all are sorted.
    ///
    /// # Errors
    ///
    /// Where a line has another form, a label of 1.0 is missing, stands twice or is out of order.
    pub fn parse(text: &str) -> Result<Self, InvalidBagInfo> {
        let body = text
            .strip_suffix('\n')
            .ok_or(InvalidBagInfo(message!("bag-info-end")))?;
        let mut values: [Option<&str>; LABELS.len()] = [None; LABELS.len()];
        let mut last = "";
        for line in body.split('\n') {
            let (label, value) = line
                .split_once(": ")
                .ok_or(InvalidBagInfo(message!("bag-info-line")))?;
            if line.chars().any(char::is_control) || value.trim() != value || value.is_empty() {
                return Err(InvalidBagInfo(message!("bag-info-value")));
            }
            if label <= last {
                return Err(InvalidBagInfo(message!("bag-info-order")));
            }
            last = label;
            if let Some(place) = LABELS.iter().position(|known| *known == label) {
                values[place] = Some(value);
            }
        }
        let [
            appid,
            software,
            profile,
            date,
            archive_id,
            oxum,
            organization,
        ] = values;
        let needed = |value: Option<&str>| {
            value
                .map(str::to_owned)
                .ok_or(InvalidBagInfo(message!("bag-info-lacks")))
        };
        Ok(Self {
            appid: needed(appid)?,
            software: needed(software)?,
            profile: needed(profile)?,
            date: needed(date)?,
            archive_id: needed(archive_id)?,
            oxum: Oxum::parse(&needed(oxum)?)?,
            organization: organization.map(str::to_owned),
        })
    }
}

/// The labels in the order of the file, which is the order of their bytes.
const LABELS: [&str; 7] = [
    "Bag-Group-Identifier",
    "Bag-Software-Agent",
    "BagIt-Profile-Identifier",
    "Bagging-Date",
    "External-Identifier",
    "Payload-Oxum",
    "Source-Organization",
];

impl Oxum {
    fn parse(text: &str) -> Result<Self, InvalidBagInfo> {
        let parts = text.split_once('.').and_then(|(bytes, files)| {
            Some(Self {
                bytes: bytes.parse().ok()?,
                files: files.parse().ok()?,
            })
        });
        parts
            .filter(|oxum| format!("{}.{}", oxum.bytes, oxum.files) == text)
            .ok_or(InvalidBagInfo(message!("bag-info-oxum")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> BagInfo {
        BagInfo::new(
            &"wx01".parse().unwrap(),
            "20261122T170600Z".parse().unwrap(),
            "wxbackup 0.1.0",
            Oxum {
                bytes: 300,
                files: 4,
            },
        )
    }

    #[test]
    fn the_file_is_sorted_and_reads_back() {
        let text = "Bag-Group-Identifier: wx01\n\
            Bag-Software-Agent: wxbackup 0.1.0\n\
            BagIt-Profile-Identifier: urn:wxbackup:bagit-profile:1.0\n\
            Bagging-Date: 2026-11-22\n\
            External-Identifier: wx01/20261122T170600Z\n\
            Payload-Oxum: 300.4\n";
        assert_eq!(sample().to_text(), text);
        assert_eq!(BagInfo::parse(text), Ok(sample()));
        let mut labels = LABELS;
        labels.sort_unstable();
        assert_eq!(labels, LABELS);
    }

    #[test]
    fn a_name_with_line_breaks_stays_one_value() {
        let mut info = sample();
        info.organization = Some("\u{5e97}\n Payload-Oxum:\u{7} 1.1 ".to_owned());
        let read = BagInfo::parse(&info.to_text()).unwrap();
        assert_eq!(
            (read.oxum, read.organization.as_deref()),
            (info.oxum, Some("\u{5e97} Payload-Oxum: 1.1"))
        );
    }

    #[test]
    fn other_forms_are_refused() {
        let good = sample().to_text();
        let cases = [
            good.trim_end().to_owned(),
            good.replace('\n', "\r\n"),
            good.replace("300.4", "0300.4"),
            good.replace("300.4", "+300.4"),
            good.replace("300.4", "300"),
            good.replace("300.4", "99999999999999999999.4"),
            good.replace("Bagging-Date", "Payload-Date"),
            good.replace("Payload-Oxum: 300.4\n", ""),
            good.replace(
                "Payload-Oxum: 300.4\n",
                "Payload-Oxum: 300.4\nPayload-Oxum: 300.4\n",
            ),
            good.replace("wx01\nBag", "wx01\n  folded\nBag"),
        ];
        for case in cases {
            assert!(BagInfo::parse(&case).is_err(), "{case}");
        }
    }
}
