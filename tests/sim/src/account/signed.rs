//! Addresses of videos. They are signed and good for the day they were told.

use crate::account::Account;
use crate::account::BIZ;
use crate::account::Video;
use crate::seed::Seed;

impl Account {
    /// Form A: the file.
    pub(crate) fn signed_address(&self, video: &Video) -> String {
        format!(
            "{}/vweixinp.tc.qq.com/{}.f10.mp4?vkey={}&sha=0&save=1",
            self.origin,
            video.vid,
            self.vkey(&video.vid)
        )
    }

    /// Form B: a page that shows it.
    pub(crate) fn page_address(&self, video: &Video) -> String {
        format!(
            "{}/mp/mp/video?__biz={BIZ}&mid=100000010&sn={}&vid={}&idx=1&scene=1#rd",
            self.origin,
            Seed::new(video.clip.seed, "sn", 0).hex(32),
            video.vid
        )
    }

    /// What signs the address of a video today.
    pub(crate) fn vkey(&self, vid: &str) -> String {
        Seed::new(self.seed, vid, self.day).hex(160).to_uppercase()
    }
}
