// Holds R70.
import { describe, expect, it } from "vitest";
import { authenticatedBy, readAlignedAuthentication, readAuthentication } from "../../src/core/mail-authentication.ts";

describe("what the receiving server found out", () => {
  it("goes by DMARC before anything else", () => {
    expect(readAuthentication("mx.example; dkim=pass; dmarc=fail")).toBe("failed");
    expect(readAuthentication("mx.example; dkim=fail; dmarc=pass")).toBe("passed");
    expect(readAuthentication(null)).toBe("unknown");
  });

  it("takes no pass of another domain for a pass of the sender's", () => {
    const bulk = "mx.example; dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=bounce@mailer.example";
    expect(readAlignedAuthentication(bulk, "lily@bank.example")).toBe("unknown");
    expect(readAlignedAuthentication(bulk, "lily@news.mailer.example")).toBe("passed");
  });

  it("does not lend one signature's pass to another's domain", () => {
    const mixed = "mx.example; dkim=pass header.i=@evil.example; dkim=fail header.i=@bank.example";
    expect(readAlignedAuthentication(mixed, "lily@bank.example")).not.toBe("passed");
  });

  it("names the server that says so", () => {
    expect(authenticatedBy("MX.Google.com; spf=pass")).toBe("mx.google.com");
    expect(authenticatedBy(null)).toBe("");
  });
});
