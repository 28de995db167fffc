/** The scope that a key needs for each kind of request. */
import { describe, expect, it } from "vitest";
import { neededScope } from "../../../src/http/identity.ts";

describe("a request needs", () => {
  it.each([
    ["GET", "/v1/search"],
    ["GET", "/feedback"],
    ["POST", "/similar"],
    ["POST", "/v1/explain"],
    ["POST", "/v1/recommendations"],
    ["POST", "/v1/papers/batch"],
    ["OPTIONS", "/v1/papers"],
  ])("a key that reads for what changes nothing: %s %s", (method, path) => {
    expect(neededScope(method, path)).toBe("read");
  });

  it.each([
    ["POST", "/feedback"],
    ["DELETE", "/v1/feedback"],
    ["POST", "/judgments"],
    ["POST", "/v1/judgments"],
    ["DELETE", "/v1/judgments"],
    ["POST", "/interests/abc/split"],
    ["POST", "/v1/papers/arXiv:hep-th/9711200/comments"],
    ["DELETE", "/v1/comments/c_1"],
  ])("a key that writes for the person's own data: %s %s", (method, path) => {
    expect(neededScope(method, path)).toBe("write");
  });

  it.each([
    ["POST", "/v1/papers"],
    ["DELETE", "/v1/papers/X:1"],
    ["POST", "/v1/topics"],
    ["POST", "/v1/index/rollback"],
    ["GET", "/v1/jobs"],
    ["GET", "/v1/people"],
    ["POST", "/v1/people"],
    ["PATCH", "/v1/people/ada"],
    ["DELETE", "/v1/people/keys/pk_8Jx2kQa7"],
    ["GET", "/admin"],
  ])("a key for everything for what belongs to everybody: %s %s", (method, path) => {
    expect(neededScope(method, path)).toBe("admin");
  });
});
