use super::*;
use crate::secret::ShownSecret;

#[test]
fn a_5xx_tells_nothing_of_its_cause() {
    for error in [
        ApiError::internal("table kinwise-identity is missing"),
        ApiError::unavailable("10.0.0.7 timed out"),
    ] {
        assert!(!error.message.contains("kinwise") && !error.message.contains("10.0.0.7"));
        assert!(error.details.is_empty());
        assert!(error.cause.is_some());
    }
}

#[test]
fn a_member_is_for_the_caller_and_not_for_the_log() {
    let secret = ShownSecret::from("marker".to_owned());

    let error = ApiError::not_found().with("token", &secret);

    let shown = serde_json::to_string(&error.members).unwrap();
    assert_eq!(shown, r#"{"token":"marker"}"#);
    assert!(!format!("{error:?}").contains("marker"));
}

#[test]
fn retry_after_is_in_whole_seconds_rounded_up() {
    for (millis, seconds) in [
        (0, "1"),
        (1, "1"),
        (1000, "1"),
        (1001, "2"),
        (600_000, "600"),
    ] {
        let response = ApiError::too_many_requests("test", SignedDuration::from_millis(millis))
            .into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], seconds);
    }
}
