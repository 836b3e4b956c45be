import type { PlannedMail } from "./mail-plan.ts";
import type { MailProfile } from "./schema.ts";

const domainOf = (mail: PlannedMail): string => mail.from.email.split("@")[1] ?? "";
const slug = (mail: PlannedMail): string => domainOf(mail).split(".")[0] ?? "list";

/** The headers that tell a machine or a list from a person, as such senders really set them. */
export function profileHeaders(mail: PlannedMail): string[] {
  if (mail.fromOwner) return [];
  const unsubscribe = `List-Unsubscribe: <https://${domainOf(mail)}/u/${mail.threadId.length}f3a>, <mailto:unsubscribe@${domainOf(mail)}>`;
  const byProfile: Record<MailProfile, () => string[]> = {
    person: () => [],
    notice: () => ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"],
    auto: () => ["Auto-Submitted: auto-generated"],
    code: () => ["Auto-Submitted: auto-generated", "X-Priority: 1"],
    receipt: () => ["X-Mailer: TillMail 3.1"],
    shop: () => ["X-Mailer: ShopWorks Notifier", `Feedback-ID: order:${slug(mail)}`],
    news: () => [
      unsubscribe,
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
      `List-Id: <${slug(mail)}.campaigns.${domainOf(mail)}>`,
      "Precedence: bulk",
      `Feedback-ID: 77:camp:${slug(mail)}`,
      "X-Mailer: Campaigner 9",
    ],
    social: () => [unsubscribe, "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "X-Notification-Class: digest"],
    crm: () => [unsubscribe, "X-Mailer: Brokerdesk CRM 5.2"],
    calendar: () => ["Auto-Submitted: auto-generated", "Precedence: bulk"],
    spam: () => ["X-Mailer: PHPMailer 5.2.2", "Precedence: bulk"],
    oof: () => [
      "Auto-Submitted: auto-replied",
      "X-Autoreply: yes",
      "Precedence: auto_reply",
      "X-Auto-Response-Suppress: All",
    ],
    bounce: () => [
      "Auto-Submitted: auto-replied",
      `X-Failed-Recipients: ${mail.answers?.to[0]?.email ?? "henrik@oldsand.example"}`,
    ],
    list: () => listHeaders(mail),
    forge: () => forgeHeaders(mail),
  };
  return byProfile[mail.profile]();
}

function listHeaders(mail: PlannedMail): string[] {
  const list = mail.list ?? "list";
  return [
    `List-Id: <${list}.lists.mailforge.example>`,
    `List-Post: <mailto:${list}@lists.mailforge.example>`,
    `List-Help: <mailto:${list}-request@lists.mailforge.example?subject=help>`,
    `List-Unsubscribe: <mailto:${list}-leave@lists.mailforge.example>`,
    "Precedence: list",
    "X-Mailman-Version: 3.3.9",
    `Sender: ${list}-bounces@lists.mailforge.example`,
  ];
}

function forgeHeaders(mail: PlannedMail): string[] {
  const [owner = "", repository = ""] = (mail.list ?? "").split("/");
  return [
    `List-ID: ${owner}/${repository} <${repository}.${owner}.gitforge.example>`,
    `List-Archive: https://gitforge.example/${owner}/${repository}`,
    `List-Unsubscribe: <https://gitforge.example/notifications/unsubscribe/${mail.threadId.length}>`,
    "Precedence: list",
    `X-GitForge-Sender: ${mail.from.name}`,
    `X-GitForge-Reason: ${mail.text.includes("@claraweiss") ? "mention" : "subscribed"}`,
    "Cc: Subscribed <subscribed@noreply.gitforge.example>",
  ];
}

/** What the owner's own server noted about the sender; nothing for mail the owner sent. */
export function transportHeaders(mail: PlannedMail, ownerEmail: string, date: string): string[] {
  if (mail.fromOwner) return [];
  const domain = domainOf(mail);
  const ip = `198.51.100.${20 + (domain.length % 200)}`;
  const results: Record<PlannedMail["auth"], string> = {
    pass: `dkim=pass header.i=@${domain} header.s=s1;\r\n       spf=pass smtp.mailfrom=${domain};\r\n       dmarc=pass (p=REJECT) header.from=${domain}`,
    fail: `dkim=none;\r\n       spf=fail (no permitted sender) smtp.mailfrom=bulk-relay.example;\r\n       dmarc=fail (p=NONE) header.from=${domain}`,
    softfail: `dkim=none;\r\n       spf=softfail smtp.mailfrom=${domain};\r\n       dmarc=fail (p=NONE) header.from=${domain}`,
    none: `dkim=none;\r\n       spf=neutral smtp.mailfrom=${domain};\r\n       dmarc=none header.from=${domain}`,
  };
  const signature =
    mail.auth === "pass"
      ? [
          `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=s1;\r\n        h=from:to:subject:date; bh=Zm9vYmFy; b=YmF6cXV4`,
        ]
      : [];
  return [
    `Delivered-To: ${ownerEmail}`,
    `Received: from out.${mail.auth === "fail" ? "bulk-relay.example" : domain} ([${ip}])\r\n        by mx.weiss.example with ESMTPS; ${date}`,
    `Return-Path: ${mail.profile === "bounce" ? "<>" : `<${mail.auth === "fail" ? "b@bulk-relay.example" : mail.from.email}>`}`,
    `Authentication-Results: mx.weiss.example;\r\n       ${results[mail.auth]}`,
    ...signature,
  ];
}
