//! What people type into the fields of a profile.

use accounts_testing::TestApp;
use serde_json::{Value, json};

use super::{change, logged_in};

#[tokio::test]
async fn an_empty_text_clears_as_null_does() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let full = json!({
        "username": "ann.m", "phone_number": "+4930123456", "birth_date": "1984-02-29", "locale": "en",
        "time_zone": "UTC",
    });
    for empty in ["", "  \t"] {
        let _ = change(&app, &tokens.access, &full).await.expect(200);
        let body = json!({
            "first_name": empty, "last_name": empty, "username": empty, "phone_number": empty, "birth_date": empty,
            "locale": empty, "time_zone": empty,
        });

        let cleared = change(&app, &tokens.access, &body).await.expect(200);

        for field in full.as_object().unwrap().keys() {
            assert_eq!(cleared.json[field], Value::Null, "{field}");
        }
        assert_eq!(cleared.json["first_name"], "");
        assert_eq!(cleared.json["last_name"], "");
    }
    assert_eq!(
        app.identity_item("USERNAME#ann.m", "OWNER").await,
        Value::Null
    );
}

#[tokio::test]
async fn telephone_numbers_are_kept_as_they_are_dialled_from_abroad() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    for (typed, number) in [
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("\u{202a}+1 (212) 555-0100\u{202c}", "+12125550100"),
        ("+1\u{a0}212\u{a0}555\u{2011}0100", "+12125550100"),
        ("+39 06 698 1234", "+39066981234"),
    ] {
        let body = json!({ "phone_number": typed });
        let answer = change(&app, &tokens.access, &body).await.expect(200);
        assert_eq!(answer.json["phone_number"], number, "{typed}");
    }

    let refused = change(
        &app,
        &tokens.access,
        &json!({"phone_number": "+44 020 7946 0958"}),
    )
    .await;

    refused.expect_error(400, "invalid_fields");
    assert_eq!(
        refused.detail("phone_number"),
        "Leave out what is dialled before the number within its country, such as the first 0 of +44 020 7946 0958."
    );
}

#[tokio::test]
async fn names_are_what_a_passport_holds_and_turn_nothing() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    for name in [
        "Arun a/l Raman",
        "S/o Kaur",
        "Karl S:son",
        "葛\u{e0100}",
        "می\u{200c}ترا",
    ] {
        let body = json!({ "first_name": name });
        let answer = change(&app, &tokens.access, &body).await.expect(200);
        assert_eq!(answer.json["first_name"], name);
    }
    for name in [
        "\u{3164}",
        "\u{2800}",
        "\u{200d}\u{fe0f}",
        "Ann\u{202e}eve",
        "http://evil.example",
    ] {
        let refused = change(&app, &tokens.access, &json!({ "first_name": name })).await;
        refused.expect_error(400, "invalid_fields");
        assert!(!refused.detail("first_name").is_empty(), "{name:?}");
    }
}
