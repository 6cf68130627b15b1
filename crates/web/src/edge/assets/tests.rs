use super::*;

#[test]
fn every_name_the_templates_use_exists() {
    let mut n_names = 0;
    for (path, text) in crate::kit::tests::templates() {
        for rest in text.split("layout.asset(\"").skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            assert!(hashed(name).is_some(), "{path}: no file `{name}`");
            n_names += 1;
        }
    }
    assert!(n_names >= 6, "only {n_names} names were found: has the spelling in templates changed?");
}

#[test]
fn every_file_is_embedded_under_the_hash_of_its_content() {
    use sha2::{Digest, Sha256};

    for (plain, hashed) in NAMES {
        let file = Files::get(hashed).unwrap_or_else(|| panic!("{hashed} is not embedded"));
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&file.data));
        assert!(hashed.contains(&hash[..12]), "{plain} is called {hashed} and hashes to {hash}");
    }
}

#[test]
fn files_refer_only_to_files_that_exist() {
    for (plain, hashed) in NAMES.iter().filter(|(plain, _)| plain.ends_with(".css")) {
        let file = Files::get(hashed).expect("embedded");
        let text = String::from_utf8_lossy(&file.data).into_owned();
        for rest in text.split("url(").skip(1) {
            let target = rest.split(')').next().unwrap_or_default().trim_matches(['"', '\'']);
            assert!(is_file(target), "{plain} refers to `{target}`");
        }
    }
}

#[test]
fn the_files_we_do_not_want_are_not_there() {
    for (plain, hashed) in NAMES {
        let file = Files::get(hashed).expect("embedded");
        let text = String::from_utf8_lossy(&file.data).into_owned();
        for word in ["GDS Transport", "crest", "innerHTML", "insertAdjacentHTML", "eval("] {
            let own_words = plain.starts_with("licence-");
            assert!(own_words || !text.contains(word), "{plain} contains `{word}`");
        }
    }
}
