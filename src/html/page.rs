//! What all pages share: the head, and the rule that nothing is loaded from afar.

use super::escape::Straight;

/// What an article's page may load: pictures and sounds beside it, its own
/// inline styles, no script, no frame, no font (format 8.7).
pub(super) const ARTICLE_POLICY: &str = "default-src 'none'; img-src 'self' file: data:; \
     media-src 'self' file:; style-src 'unsafe-inline'";

/// What a page of ours may load: the same, but styles from our own file alone.
pub(super) const LIST_POLICY: &str = "default-src 'none'; img-src 'self' file:; \
     media-src 'self' file:; style-src 'self' file:; base-uri 'none'; form-action 'none'";

/// The head of a page, to the end of `<head>`. The character set comes before
/// all text, and the policy before all that could load; `more` is trusted HTML.
pub(super) fn head(title: &str, policy: &str, more: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"format-detection\" content=\"telephone=no\">\n\
         <title>{}</title>\n{more}</head>\n",
        Straight(title)
    )
}
