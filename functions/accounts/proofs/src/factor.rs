//! Proofs with the second factor: at the door of an account, and inside, before something that a stolen token must not be
//! enough for.

use accounts::code::OneTimeCode;
use accounts::factor::{
    Challenge, FactorKind, Factors, RecoveryCode, StoredFactor, Totp, TotpSecret,
};
use accounts::login::{Proof, SecondProof, SeenDevice};
use accounts::secrets;
use api::{Answer, ErrorCode, Fields, Limiter};
use cloud::App;
use kernel::id::UserId;
use secrecy::{ExposeSecret as _, SecretString};

/// The count of wrong answers to challenges, in a row. A new challenge does not begin it anew; only a right answer does.
const AT_DOOR: &str = "factor";

/// The count of wrong codes of somebody who is inside. Not that of the door: whoever guesses there must not keep the owner,
/// who is inside, from changing the factor; and whoever has stolen a token must not keep the owner out.
const INSIDE: &str = "current-factor";

/// 409: there is no second factor to do something with.
pub const NO_FACTOR: ErrorCode =
    ErrorCode::conflict("no_factor", "This account has no second factor.")
        .when("the account has no second factor");

/// 400: the second factor, or the code, is wrong. Of a recovery code it is not told whether it was used before.
pub const INVALID_CODE: ErrorCode =
    ErrorCode::bad_request("invalid_code", "The code is not right.").when(
        "wrong code of the second factor, or recovery code, or a recovery code that was used",
    );

/// 400: the code is the newest one that was accepted. Whoever has it has seen the authenticator, and it is of no more use:
/// so it may be told. It costs a try all the same.
pub const CODE_USED: ErrorCode =
    ErrorCode::bad_request("code_used", "This code was used. Wait for the next one.")
        .when("the code that the authenticator shows was used already: each is good once");

/// What a caller has sent for a second factor: well-formed, and not looked up yet.
#[derive(Debug)]
pub enum FactorAnswer {
    /// The six digits that an authenticator shows.
    Totp(OneTimeCode),
    /// The answer is a recovery code.
    RecoveryCode(RecoveryCode),
}

/// A second factor that was right, and is not spent yet. The transaction of what it is for has to.
#[derive(Debug)]
pub enum VerifiedFactor {
    /// A one-time password, by its time step.
    Totp(u64),
    /// A recovery code, by its stored hash.
    RecoveryCode(String),
}

/// The wrong second factors that are counted together.
#[derive(Debug)]
pub struct FactorTries {
    proof: &'static str,
    subject: String,
}

impl FactorAnswer {
    /// Reads a code or a recovery code, of which exactly one is given. What cannot be anybody's takes no try.
    pub fn read<'a>(
        code: Option<&'a SecretString>,
        recovery_code: Option<&'a SecretString>,
        fields: &mut Fields,
    ) -> Option<Self> {
        let given = |secret: Option<&'a SecretString>| {
            let text = secret.map(SecretString::expose_secret);
            text.filter(|text| !text.trim().is_empty())
        };
        match (given(code), given(recovery_code)) {
            (Some(_), Some(_)) => {
                fields.reject("code", "Give one of code and recovery_code.");
                None
            }
            (None, Some(text)) => {
                let read = RecoveryCode::parse(text).map(Self::RecoveryCode);
                let read = read.ok_or("Enter the ten letters and digits of a recovery code.");
                fields.check("recovery_code", read)
            }
            (code, None) => read_digits(code.unwrap_or_default(), fields).map(Self::Totp),
        }
    }

    /// The kind of what it is an answer to.
    pub fn kind(&self) -> FactorKind {
        match self {
            Self::Totp(_) => FactorKind::Totp,
            Self::RecoveryCode(_) => FactorKind::RecoveryCodes,
        }
    }

    /// Reads the six digits of an authenticator.
    pub fn read_code(code: &SecretString, fields: &mut Fields) -> Option<OneTimeCode> {
        read_digits(code.expose_secret(), fields)
    }
}

impl VerifiedFactor {
    /// What the store spends.
    pub fn proof(&self) -> SecondProof<'_> {
        match self {
            Self::Totp(step) => SecondProof::Totp(*step),
            Self::RecoveryCode(hash) => SecondProof::RecoveryCode(hash),
        }
    }

    /// What is wrong with it where another call spent it between the look at it and the write.
    pub fn spent_meanwhile(&self) -> ErrorCode {
        match self {
            Self::Totp(_) => CODE_USED,
            Self::RecoveryCode(_) => INVALID_CODE,
        }
    }

    /// What a log-in is proved with that waited for it.
    pub fn answer_to<'a>(&'a self, challenge: &'a Challenge) -> Proof<'a> {
        let answer = self.proof();
        Proof::Factor { challenge, answer }
    }
}

impl FactorTries {
    /// The tries at the door of an account. A device that it has logged in from counts its own, so that nobody who has the
    /// first factor can keep the owner out by guessing the second.
    pub fn at_door(user_id: UserId, device: &SeenDevice) -> Self {
        Self {
            proof: AT_DOOR,
            subject: match device.known() {
                Some(known) => format!("{user_id}/{known}"),
                None => user_id.to_string(),
            },
        }
    }

    /// The tries of whoever is logged in.
    pub fn inside(user_id: UserId) -> Self {
        Self {
            proof: INSIDE,
            subject: user_id.to_string(),
        }
    }

    /// Takes a try, before anything is compared. Who must wait for one is told how long.
    pub async fn take(&self, limiter: &Limiter) -> Answer<()> {
        limiter.try_of(self.proof, &self.subject).await
    }

    /// Forgets the tries so far, because this one was right.
    pub async fn forgive(&self, limiter: &Limiter) -> Answer<()> {
        limiter.forgive(self.proof, &self.subject).await
    }

    /// The same while `work` does what it is right for: [`Limiter::forgive_beside`].
    pub fn forgive_beside<T>(
        &self,
        limiter: &Limiter,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = T> {
        limiter.forgive_beside(self.proof, &self.subject, work)
    }
}

/// Has a caller show a fresh code or a recovery code of their account, and spends it: else [`INVALID_CODE`] or
/// [`CODE_USED`]. A try is taken before it is looked at.
pub async fn check_factor(
    app: &App,
    limiter: &Limiter,
    user_id: UserId,
    code: Option<&SecretString>,
    recovery_code: Option<&SecretString>,
) -> Answer<()> {
    let mut fields = Fields::default();
    let Some(answer) = FactorAnswer::read(code, recovery_code, &mut fields) else {
        return Err(fields.into_error());
    };
    let verified = verify_factor(app, limiter, user_id, &answer).await?;
    let factors = Factors(app.store());
    if factors.spend_now(user_id, verified.proof()).await? {
        Ok(())
    } else {
        Err(verified.spent_meanwhile().into())
    }
}

/// The same, for what spends it in a transaction of its own.
pub async fn verify_factor(
    app: &App,
    limiter: &Limiter,
    user_id: UserId,
    answer: &FactorAnswer,
) -> Answer<VerifiedFactor> {
    let tries = FactorTries::inside(user_id);
    tries.take(limiter).await?;
    let stored = Factors(app.store()).read(user_id, answer.kind()).await?;
    let verified = judge_factor(app, user_id, answer, &stored).await??;
    tries.forgive(limiter).await?;
    Ok(verified)
}

/// The second factor of an account that an answer is right for, or what is wrong with it: [`INVALID_CODE`] or [`CODE_USED`].
/// Whoever asks has taken a try.
pub async fn judge_factor(
    app: &App,
    user_id: UserId,
    answer: &FactorAnswer,
    stored: &StoredFactor,
) -> Answer<Result<VerifiedFactor, ErrorCode>> {
    match (answer, stored) {
        (FactorAnswer::Totp(code), StoredFactor::Totp(Some(totp))) if totp.active => {
            let step = find_step(app, user_id, totp, code).await?;
            Ok(step.map(VerifiedFactor::Totp))
        }
        (FactorAnswer::RecoveryCode(code), StoredFactor::RecoveryCodes(hashes)) => {
            let hash = code.hash(&*secrets::pepper(app).await?, user_id);
            let verified = hashes.contains(&hash);
            let verified = verified.then_some(VerifiedFactor::RecoveryCode(hash));
            Ok(verified.ok_or(INVALID_CODE))
        }
        _ => Ok(Err(INVALID_CODE)),
    }
}

/// The time step that a code is of, if it is newer than every one that a code was accepted of; else [`INVALID_CODE`], or
/// [`CODE_USED`] of the very code that was accepted last.
pub async fn find_step(
    app: &App,
    user_id: UserId,
    totp: &Totp,
    code: &OneTimeCode,
) -> Answer<Result<u64, ErrorCode>> {
    let bytes = secrets::factor_seal(app)
        .await?
        .unseal(&context(user_id), &totp.sealed)?;
    let secret = TotpSecret::from_bytes(bytes.expose_secret());
    let step = secret.and_then(|secret| secret.find_step(code, app.now()));
    Ok(match step {
        Some(step) if step > totp.last_step => Ok(step),
        Some(step) if step == totp.last_step => Err(CODE_USED),
        Some(_) | None => Err(INVALID_CODE),
    })
}

/// A secret as it is kept: encrypted, and of use for this account alone.
pub async fn seal_totp(app: &App, user_id: UserId, secret: &TotpSecret) -> Answer<String> {
    let seal = secrets::factor_seal(app).await?;
    Ok(seal.seal(&context(user_id), secret.expose()))
}

fn read_digits(text: &str, fields: &mut Fields) -> Option<OneTimeCode> {
    let code = OneTimeCode::parse(text);
    fields.check("code", code.ok_or("Enter the six digits of the code."))
}

fn context(user_id: UserId) -> String {
    format!("totp/{user_id}")
}
