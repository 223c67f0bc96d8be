//! Pictures of accounts: from the form to the profile.

use end_to_end::{Member, Request, Stack, eventually};
use serde_json::{Value, json};
use test_support::Http;

/// Sends a file with a form. Gives the status.
async fn send(form: &Value, file: &[u8]) -> u16 {
    Http::default().upload(form, file).await.0
}

#[tokio::test]
async fn a_picture_that_was_uploaded_shows_in_the_profile_until_it_is_taken_out() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let visitor = &member.visitor;
    let shown = member.show_picture(&tokens).await;

    for url in ["url_512", "url_128"] {
        let address = shown[url].as_str().unwrap();
        let picture = visitor.send(Request::get(address)).await.expect(200);
        assert_eq!(picture.header("content-type"), "image/webp");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert!(picture.body.starts_with(b"RIFF") && picture.body[8..].starts_with(b"WEBP"));
    }

    let delete = Request::new("DELETE", "/api/v1/users/me/avatar").with_token(&tokens.access);
    let _ = visitor.send(delete).await.expect(204);
    let me = visitor.me(&tokens.access).await.expect(200);
    assert_eq!(me.json["avatar"], Value::Null);
    let address = shown["url_512"].as_str().unwrap();
    eventually("the picture to be gone", async || {
        let answer = visitor.send(Request::get(address)).await;
        (answer.status == 404).then_some(())
    })
    .await;
}

#[tokio::test]
async fn abuse_095_what_is_no_picture_is_refused_and_never_shown() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;

    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let form_of_script = member.picture_form(&tokens).await;
    let status = send(&form_of_script, script).await;
    assert!((200..300).contains(&status), "{status}");
    let me = eventually("the refusal", async || {
        let me = member.visitor.me(&tokens.access).await.expect(200).json;
        me["avatar_refusal"].is_object().then_some(me)
    })
    .await;
    assert_eq!(me["avatar"], Value::Null);
    let refusal = json!({"avatar_id": form_of_script["avatar_id"], "code": "unknown_format"});
    assert_eq!(me["avatar_refusal"], refusal);

    // The storage itself refuses what the form does not allow: more bytes, another type, somebody else's key.
    let form = member.picture_form(&tokens).await;
    let sixteen_megabytes = vec![0; 16 * 1024 * 1024];
    assert!(send(&form, &sixteen_megabytes).await >= 400);
    for (field, value) in [
        ("Content-Type", "image/svg+xml"),
        ("key", "uploads/../avatars/x"),
        (
            "key",
            "avatars/019bc0f2-0000-7000-8000-000000000000/512.webp",
        ),
    ] {
        let mut forged = form.clone();
        assert!(forged["fields"][field].is_string(), "{field}: {forged}");
        forged["fields"][field] = value.into();
        assert_eq!(send(&forged, b"x").await, 403, "{field}");
    }
}
