/** How API keys are kept: nothing of them but this. */
import { createHash } from "node:crypto";
/** sha256. */
export function hashKey(key) {
    return createHash("sha256").update(key).digest();
}
//# sourceMappingURL=api-key.js.map