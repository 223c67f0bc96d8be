use accounts::Me;
use accounts::actions;
use accounts::factor::{FRESH_SESSION, FactorOutcome, Factors, TotpSecret};
use accounts::secrets::FACTOR_KEY;
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, ErrorCode, Errors, Json, Limiter, PUBLIC_KEYS,
    REAUTHENTICATION_REQUIRED, RequestInfo, ShownSecret, endpoint,
};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use mail::Brand;
use proofs::{WRONG_PASSWORD, check_password, seal_totp};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(begin_totp)
    .reading(&[PUBLIC_KEYS, FACTOR_KEY])
    .with_slash()
    .limited(&[PER_ACCOUNT])
    .refusing(&[FACTOR_EXISTS, REAUTHENTICATION_REQUIRED, WRONG_PASSWORD]);

/// Beginnings of one account: each makes the one before useless, and nobody needs many.
const PER_ACCOUNT: Limit = Limit {
    name: "factor-account",
    quota: 10,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// The account has a second factor already.
const FACTOR_EXISTS: ErrorCode = ErrorCode::conflict(
    "factor_exists",
    "This account has a second factor. Take it away first.",
)
.when("the account has a second factor");

/// Size of a module of the QR code, in pixels: the whole is some 200 wide, and scales.
const MODULE: u32 = 4;

/// What shows again that the account is the caller's.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct BeginTotp {
    /// The password of the account. Not needed in the first ten minutes after a log-in, or after `POST /api/v1/auth/reauthenticate`.
    #[schema(value_type = Option<String>, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: Option<SecretString>,
}

/// What an authenticator is to know. The three say the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpBegun {
    /// The secret, to be typed in.
    #[schema(value_type = String, example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: ShownSecret,
    /// The same as a link, which opens an authenticator on the same device.
    #[schema(
        value_type = String,
        example = "otpauth://totp/KinWise:ann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=KinWise&algorithm=SHA1&digits=6&period=30"
    )]
    uri: ShownSecret,
    /// The same as a QR code, to be scanned: an SVG image.
    #[schema(
        value_type = String,
        example = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 212 212\"></svg>"
    )]
    qr_svg: ShownSecret,
}

/// Begin to set up a second factor.
///
/// Nothing is asked for at the door before `POST /api/v1/auth/mfa/totp/confirm`, within 30 minutes. A session whose newest
/// proof is older than ten minutes needs the password. Beginning again makes the secret before useless.
#[utoipa::path(
    post, path = "/api/v1/auth/mfa/totp", tag = "mfa",
    security(("bearer" = [])),
    request_body = Option<BeginTotp>,
    responses((status = 200, description = "A secret for an authenticator", body = TotpBegun), Errors)
)]
pub async fn begin_totp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(Me { user, session }): Authenticated<Me>,
    body: Option<Json<BeginTotp>>,
) -> Answer<axum::Json<TotpBegun>> {
    limiter.per_account(&PER_ACCOUNT, user.id).await?;
    if user.factor_since.is_some() {
        return Err(FACTOR_EXISTS.into());
    }

    let password = body.and_then(|Json(body)| body.password);
    if app.now().duration_since(session.newest_proof()) >= FRESH_SESSION {
        let password = password.ok_or(REAUTHENTICATION_REQUIRED)?;
        check_password(&app, &limiter, user.id, &password).await?;
    }

    let secret = TotpSecret::generate(&mut app.random());
    let sealed = seal_totp(&app, user.id, &secret).await?;
    let audit = info.audit(&app, actions::FACTOR_BEGUN).by_owner(user.id);
    let factors = Factors(app.store());
    match factors.begin(&session, &sealed, &audit).await? {
        FactorOutcome::Done => {}
        FactorOutcome::ChangedMeanwhile => return Err(FACTOR_EXISTS.into()),
        FactorOutcome::SessionEnded => return Err(ApiError::unauthenticated()),
    }

    let uri = secret.expose_uri(&app.section::<Brand>().app_name, user.email.as_str());
    Ok(axum::Json(TotpBegun {
        secret: secret.expose_base32().into(),
        qr_svg: draw(&uri).into(),
        uri: uri.into(),
    }))
}

/// The QR code of a text, as an SVG element that a page can hold.
fn draw(text: &str) -> String {
    // The least redundancy makes the largest modules, and a screen has no stains.
    let code = QrCode::with_error_correction_level(text, EcLevel::L);
    let code = code.expect("an address and a name of ours fit into a QR code");
    let image: String = code
        .render::<svg::Color<'_>>()
        .module_dimensions(MODULE, MODULE)
        .build();
    let begin = image.find("<svg").unwrap_or_default();
    image[begin..].to_owned()
}
