//! Where does a person go afterwards? To a page of ours, and never to another site.

/// A path of this site, or the front room: never another site.
pub fn page_of_ours(back: &str) -> String {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let plain = back.chars().all(|c| c.is_ascii_graphic());
    if ours && plain && back.len() < 300 { back.to_owned() } else { "/start".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::page_of_ours;

    #[test]
    fn only_pages_of_ours() {
        for ours in ["/cases", "/cases/abc?tab=links", "/"] {
            assert_eq!(page_of_ours(ours), ours);
        }
        for foreign in
            ["https://example.org", "//example.org", "/\\example.org", "javascript:x", "", "/a\r\nb"]
        {
            assert_eq!(page_of_ours(foreign), "/start", "{foreign}");
        }
    }
}
