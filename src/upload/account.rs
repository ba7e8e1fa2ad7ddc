//! What the account can take: the room in its library, the calls that are left.

use std::collections::BTreeMap;

use crate::model::Section;
use crate::upload::fit::{IMAGES_MAX, VOICES_MAX};
use crate::wechat::{Api, Client, Error, MaterialCounts, Quota};

/// What is known of the account before anything is put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What its library holds.
    pub holds: BTreeMap<Section, u64>,
    /// What is left of the day's calls; without those that WeChat does not tell.
    pub quotas: BTreeMap<Api, Quota>,
}

impl Account {
    /// Asks for the counts, and for the quotas of `apis`.
    pub(super) async fn ask(
        client: &Client,
        apis: impl Iterator<Item = Api>,
    ) -> Result<Self, Error> {
        let MaterialCounts {
            image,
            voice,
            video,
            ..
        } = client.material_counts().await?;
        let mut account = Self {
            holds: BTreeMap::from([
                (Section::Image, image),
                (Section::Voice, voice),
                (Section::Video, video),
            ]),
            quotas: BTreeMap::new(),
        };
        for api in apis {
            match client.quota(api).await {
                Ok(quota) => drop(account.quotas.insert(api, quota)),
                Err(error) if error.is_interrupted() => return Err(error),
                // Not every account may ask; then nobody knows, and it goes on.
                Err(_) => {}
            }
        }
        Ok(account)
    }

    /// How many things of `section` the library still takes.
    pub fn room(&self, section: Section) -> u64 {
        let most = match section {
            Section::Image => IMAGES_MAX,
            _ => VOICES_MAX,
        };
        most.saturating_sub(self.holds.get(&section).copied().unwrap_or(0))
    }

    /// On how many days `calls` can be made one after the other, today
    /// included; `None` where WeChat does not tell, or no number of days is enough.
    pub fn days(&self, calls: &[(Api, u64)]) -> Option<u64> {
        let mut left: BTreeMap<Api, u64> = BTreeMap::new();
        for (api, _) in calls {
            left.insert(*api, self.quotas.get(api)?.remain);
        }
        let mut days = 1;
        for (api, calls) in calls {
            let limit = self.quotas.get(api)?.daily_limit;
            let mut open = *calls;
            while open > left[api] {
                if limit == 0 {
                    return None;
                }
                open -= left[api];
                // Many days at once, but for the last.
                let whole = (open - 1) / limit;
                open -= whole * limit;
                days += whole + 1;
                for (api, left) in &mut left {
                    *left = self.quotas.get(api)?.daily_limit;
                }
            }
            left.entry(*api).and_modify(|left| *left -= open);
        }
        Some(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_with_the_least_left_decides_how_long_it_takes() {
        let quota = |daily_limit, remain| Quota {
            daily_limit,
            used: daily_limit - remain,
            remain,
            rate_limit: None,
        };
        let account = Account {
            holds: BTreeMap::from([(Section::Image, 99_999)]),
            quotas: BTreeMap::from([
                (Api::AddMaterial, quota(1000, 10)),
                (Api::DraftAdd, quota(100, 100)),
                (Api::Uploadimg, quota(0, 0)),
            ]),
        };
        let days = |calls: &[(Api, u64)]| account.days(calls);
        assert_eq!(days(&[]), Some(1));
        assert_eq!(
            days(&[(Api::AddMaterial, 10), (Api::DraftAdd, 100)]),
            Some(1)
        );
        assert_eq!(days(&[(Api::AddMaterial, 11)]), Some(2));
        let both = [(Api::AddMaterial, 2011), (Api::DraftAdd, 101)];
        assert_eq!(days(&both), Some(5));
        let other_way = [(Api::DraftAdd, 101), (Api::AddMaterial, 1000)];
        assert_eq!(days(&other_way), Some(2));
        assert_eq!(days(&[(Api::Uploadimg, 1)]), None);
        assert_eq!(days(&[(Api::BatchgetMaterial, 1)]), None);
        assert_eq!(
            (account.room(Section::Image), account.room(Section::Voice)),
            (1, 1000)
        );
    }
}
