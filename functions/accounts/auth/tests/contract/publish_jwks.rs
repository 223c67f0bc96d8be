use accounts_testing::{TestApp, claims_of};
use jiff::SignedDuration;

#[tokio::test]
async fn the_public_keys_are_there_for_anybody_and_may_be_kept() {
    let app = TestApp::start().await;

    let answer = app.jwks().await.expect(200);

    let keys = answer.json["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    let key = keys[0].as_object().unwrap();
    let mut names: Vec<_> = key.keys().map(String::as_str).collect();
    names.sort_unstable();
    // And nothing private: no `d`.
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (
            &"OKP".into(),
            &"Ed25519".into(),
            &"EdDSA".into(),
            &"sig".into()
        )
    );
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=300, stale-while-revalidate=60"
    );
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_token_is_verified_by_the_published_key_it_names() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let tokens = app.log_in(&person).await;
    let keys = app.jwks().await.expect(200);
    let key = &keys.json["keys"][0];

    let header = jsonwebtoken::decode_header(&tokens.access).unwrap();
    assert_eq!(header.kid.as_deref(), key["kid"].as_str());
    let key = jsonwebtoken::DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    rules.validate_exp = false;
    rules.set_audience(&["https://api.kinwise.example"]);
    rules.set_issuer(&["https://api.kinwise.example"]);
    let decoded = jsonwebtoken::decode::<serde_json::Value>(&tokens.access, &key, &rules).unwrap();
    assert_eq!(decoded.claims, claims_of(&tokens.access));
}

#[tokio::test]
async fn a_replaced_key_is_published_until_its_last_token_has_ended() {
    let app = TestApp::start().await;
    app.advance(SignedDuration::from_hours(25));
    identity::rotate_signing_key(app.app(), false)
        .await
        .unwrap();
    let count = async || {
        app.jwks().await.expect(200).json["keys"]
            .as_array()
            .unwrap()
            .len()
    };

    assert_eq!(count().await, 2);
    app.advance(SignedDuration::from_hours(7 * 24));
    assert_eq!(count().await, 2);
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(count().await, 1);
}
