//! What is behind every door: a session, or first the question for the second factor.

use accounts::account::User;
use accounts::actions;
use accounts::factor::{self, Challenge};
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::link::LinkToken;
use accounts::login::{
    DeviceClaim, DeviceToken, LoginOutcome, Logins, NewLogin, Proof, SeenDevice,
};
use accounts::session::Session;
use api::ShownSecret;
use api::{ApiError, RequestInfo};
use cloud::App;
use identity::Tokens;
use jiff::SignedDuration;
use kernel::audit::Entry;
use kernel::id::SessionId;
use kernel::limit::{Counted, Limit, Per};
use kernel::task::Task;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use store::{Attempts, StoreError};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::deletion_pending::deletion_pending;
use crate::log_in::{Method, Outcome, note};

/// The notices of new devices that an account gets. A log-in beyond them goes on, and nobody is told: so its device stays one
/// that the account does not know.
const NEW_DEVICE_NOTICES: Limit = Limit {
    name: "new-device-notices",
    quota: 3,
    window: SignedDuration::from_hours(24),
    per: Per::Account,
};

/// The answer of a door to a right proof.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SignedIn {
    /// The caller is logged in.
    Tokens(Box<LoggedIn>),
    /// The account has a second factor: no token before `POST /api/v1/auth/mfa/verify`.
    Challenge(FactorRequired),
}

/// The answer to a log-in that succeeded.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedIn {
    /// The access token, which authenticates calls as `Authorization: Bearer …`.
    #[schema(value_type = String, example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    access: ShownSecret,
    /// The refresh token, which is exchanged for new tokens. It is good once.
    #[schema(value_type = String, example = "eyJ0eXAiOiJydCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    refresh: ShownSecret,
    /// What the device is known by from now on, wherever it is: to be sent with the next log-in. It lets nobody in. Not there
    /// after the third log-in of a day from devices that are new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        value_type = Option<String>,
        example = "5f0c1f0e7b5a4d2e9c3b8a7d6e5f4c3b2a19080706050403020100ffeeddccbbaa99887766554433221100ffeeddccbbaa"
    )]
    device_token: Option<ShownSecret>,
    /// The account that is logged in.
    user: LoggedInUser,
}

/// The account that logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedInUser {
    /// The id of the account.
    id: Uuid,
    /// The e-mail address of the account.
    #[schema(example = "ann@example.com")]
    email: String,
    /// First name, or empty.
    #[schema(example = "Ann")]
    first_name: String,
    /// Last name, or empty.
    #[schema(example = "Miller")]
    last_name: String,
    /// `admin`, `user`, or a role in a household: `parent`, `teen`, `child`, `flatmate`, `observer`.
    #[schema(example = "user")]
    role: &'static str,
}

/// The first proof was right, and the account has a second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorRequired {
    /// Always true: what tells this answer from tokens.
    #[schema(example = true)]
    mfa_required: bool,
    /// The challenge, to be sent back with the second proof. It is good once.
    #[schema(value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    challenge: ShownSecret,
    /// The number of seconds for which the challenge will be valid.
    #[schema(example = 300)]
    expires_in: i64,
    /// What may be sent: `totp`, `recovery_code`.
    #[schema(example = json!(["totp", "recovery_code"]))]
    methods: [&'static str; 2],
}

/// What a request says of the device that it comes from, with the token that its body has.
pub fn device_of(info: &RequestInfo, token: Option<&SecretString>) -> DeviceClaim {
    DeviceClaim::of(&info.origin(), token.map(SecretString::expose_secret))
}

/// Lets somebody in who has given `proof` from a device that was seen, or asks for their second factor. `None` if the proof
/// was spent meanwhile, or the account may not log in: the door then gives its own answer to wrong proofs. One that is to be
/// deleted and can still be kept is refused with what keeps it, after the second factor where it has one.
pub async fn sign_in(
    app: &App,
    info: &RequestInfo,
    user: &User,
    seen: &SeenDevice,
    proof: Proof<'_>,
) -> Result<Option<SignedIn>, ApiError> {
    let (now, origin) = (app.now(), info.origin());
    let can_be_kept = user.can_be_kept(now);
    if user.is_closed() && !can_be_kept {
        return Ok(None);
    }
    if user.factor_since.is_some() && !matches!(proof, Proof::Factor { .. }) {
        return challenge(app, info, user, proof).await;
    }
    if can_be_kept {
        let refusal = deletion_pending(app, info, user, &proof).await?;
        return refusal.map_or(Ok(None), |refusal| {
            note(Method::of(&proof), Outcome::DeletionPending);
            Err(refusal)
        });
    }

    let id = SessionId::new(now, &mut app.random());
    let lifetime = app.section::<identity::Settings>().refresh_lifetime;
    let mut session = Session::begin(id, user, now, lifetime, &origin);
    let logins = Logins(app.store());
    let audit = info.audit(app, actions::LOGIN).by(user.id).on(id);

    // Signed before the proof is spent: without a signing key nothing is lost, and the proof can be used again.
    let tokens = Tokens(app).issue(&session.grant(user)).await?;
    let (mut newer, mut may_tell) = (None, true);
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let seen = newer.as_ref().unwrap_or(seen);
        // The first log-in of an account is no news to its owner.
        let is_news = user.last_login_at.is_some() && !seen.is_known();
        let tells = is_news && may_tell;
        let given = (tells || !is_news).then(|| seen.next_token(&mut app.random()));
        session.device_id = given.as_ref().map(DeviceToken::device);
        let login = NewLogin {
            session: &session,
            proof,
            device: seen,
            token: given.as_ref(),
            notices: &notices(app, &session, &proof, tells),
            audit: &counted(&audit, user, tells),
        };
        match logins.begin_session(&login).await? {
            LoginOutcome::Accepted => {
                note(Method::of(&proof), Outcome::Accepted);
                return Ok(Some(SignedIn::Tokens(Box::new(LoggedIn {
                    access: tokens.access.into(),
                    refresh: tokens.refresh.into(),
                    device_token: given.map(|token| token.expose().into()),
                    user: user.into(),
                }))));
            }
            // If the owner has just denied this device, the log-in is told of after all.
            LoginOutcome::DeviceChanged => {
                let arrival = logins.arrive(user.id, seen.claim().clone(), now).await?;
                newer = Some(arrival.device);
            }
            LoginOutcome::LimitReached => may_tell = false,
            LoginOutcome::Spent | LoginOutcome::NotAllowed => return Ok(None),
        }
    }
    Err(StoreError::kept_changing("log in").into())
}

/// The tasks that tell the owner what about a log-in is news.
fn notices(app: &App, session: &Session, proof: &Proof<'_>, is_new_device: bool) -> Vec<Task> {
    let new_device = is_new_device.then_some(SecurityEvent::NewDevice(session.id));
    // Whoever has found the printed codes has the first factor, too.
    let recovery_code = proof.is_recovery_code();
    let recovery_code = recovery_code.then_some(SecurityEvent::RecoveryCodeUsed(session.id));
    let news = new_device.into_iter().chain(recovery_code);
    news.map(|event| security_notice(app, session.user_id, event))
        .collect()
}

/// The entry of a log-in. Where its owner is to be told of a new device, the notice is counted with it.
fn counted(audit: &Entry, user: &User, is_new_device: bool) -> Entry {
    let audit = audit.clone();
    if !is_new_device {
        return audit;
    }
    audit.counted(Counted {
        limit: NEW_DEVICE_NOTICES,
        subject: format!("user/{}", user.id),
    })
}

async fn challenge(
    app: &App,
    info: &RequestInfo,
    user: &User,
    proof: Proof<'_>,
) -> Result<Option<SignedIn>, ApiError> {
    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let challenge = Challenge {
        digest: token.digest(),
        user_id: user.id,
        created_at: user.start_of_session(now),
        expires_at: now + factor::LIFETIME,
    };
    let audit = info.audit(app, actions::CHALLENGE_ISSUED).by_owner(user.id);
    let logins = Logins(app.store());
    if !logins.begin_challenge(&challenge, &proof, &audit).await? {
        return Ok(None);
    }
    note(Method::of(&proof), Outcome::Challenged);
    Ok(Some(SignedIn::Challenge(FactorRequired {
        mfa_required: true,
        challenge: token.expose().into(),
        expires_in: factor::LIFETIME.as_secs(),
        methods: ["totp", "recovery_code"],
    })))
}

impl From<&User> for LoggedInUser {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.as_str().to_owned(),
            first_name: user.first_name.to_string(),
            last_name: user.last_name.to_string(),
            role: user.role.as_str(),
        }
    }
}
