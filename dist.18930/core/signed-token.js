/** Texts that only this library can have written: what links in mails carry in place of a sign-in. */
import { createHmac, timingSafeEqual } from "node:crypto";
/** @param key of the library. @returns letters, digits, `-`, `_` and one dot. */
export function signToken(key, purpose, values) {
    const body = Buffer.from(JSON.stringify(values)).toString("base64url");
    return `${body}.${signatureOf(key, purpose, body).toString("base64url")}`;
}
/** @returns what was signed; undefined for anything that was not signed with this key for this purpose. */
export function readToken(key, purpose, token) {
    const [body = "", signature = "", ...rest] = token.split(".");
    const given = Buffer.from(signature, "base64url");
    const wanted = signatureOf(key, purpose, body);
    if (rest.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted))
        return undefined;
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
}
function signatureOf(key, purpose, body) {
    return createHmac("sha256", key).update(`${purpose}\n${body}`).digest();
}
//# sourceMappingURL=signed-token.js.map