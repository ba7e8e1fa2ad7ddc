//! Daily limits, a path each.

use std::collections::HashMap;

/// What newly registered accounts may call a day. The documents name no
/// figure for the material paths; these are large enough for any library.
const LIMITS: [(&str, u64); 19] = [
    ("/cgi-bin/token", 2_000),
    ("/cgi-bin/stable_token", 500_000),
    ("/cgi-bin/material/get_materialcount", 5_000),
    ("/cgi-bin/material/batchget_material", 50_000),
    ("/cgi-bin/material/get_material", 200_000),
    ("/cgi-bin/material/add_material", 50_000),
    ("/cgi-bin/material/del_material", 50_000),
    ("/cgi-bin/media/uploadimg", 50_000),
    ("/cgi-bin/draft/add", 1_000),
    ("/cgi-bin/draft/delete", 1_000),
    ("/cgi-bin/draft/count", 1_000),
    ("/cgi-bin/draft/batchget", 1_000),
    ("/cgi-bin/draft/get", 500),
    ("/cgi-bin/draft/switch", 1_000),
    ("/cgi-bin/freepublish/batchget", 100),
    ("/cgi-bin/freepublish/getarticle", 100),
    ("/cgi-bin/getcallbackip", 5_000),
    ("/cgi-bin/get_api_domain_ip", 5_000),
    ("/cgi-bin/openapi/quota/get", 10_000),
];

#[derive(Debug)]
pub(crate) struct Quotas {
    limits: HashMap<String, u64>,
    used: HashMap<String, u64>,
}

impl Quotas {
    pub(crate) fn new(own: &[(String, u64)]) -> Self {
        let mut limits: HashMap<_, _> = LIMITS.map(|(path, limit)| (path.to_owned(), limit)).into();
        limits.extend(own.iter().cloned());
        Self {
            limits,
            used: HashMap::new(),
        }
    }

    /// Counts a call. Whether it was still allowed.
    pub(crate) fn spend(&mut self, path: &str) -> bool {
        let used = self.used.entry(path.to_owned()).or_default();
        let allowed = self.limits.get(path).is_none_or(|limit| *used < *limit);
        if allowed {
            *used += 1;
        }
        allowed
    }

    /// The daily limit of a path and what is used of it.
    pub(crate) fn of(&self, path: &str) -> Option<(u64, u64)> {
        let limit = *self.limits.get(path)?;
        Some((limit, self.used.get(path).copied().unwrap_or(0)))
    }

    pub(crate) fn set(&mut self, path: &str, limit: u64) {
        self.limits.insert(path.to_owned(), limit);
    }

    /// As if other systems of the owner had used up all of a path.
    pub(crate) fn exhaust(&mut self, path: &str) {
        let limit = self.limits.get(path).copied().unwrap_or(0);
        self.limits.insert(path.to_owned(), limit);
        self.used.insert(path.to_owned(), limit);
    }

    pub(crate) fn next_day(&mut self) {
        self.used.clear();
    }
}
