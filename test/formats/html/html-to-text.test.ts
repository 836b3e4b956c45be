// Holds R74.
import { describe, expect, test } from "vitest";
import { htmlToText } from "../../../src/formats/html/html-to-text.ts";
import { cpuMs } from "../../support/cpu-time.ts";

describe("what a person sees", () => {
  test("has lines, lists, cells and entities", () => {
    const html =
      "<html><head><title>t</title><style>p{}</style></head><body><p>Hello&nbsp;<b>you</b> &amp; me</p><div>One<br>Two</div><table><tr><td>A<td>B<tr><td>C</table><ul><li>x<li>y</ul><!-- no --><script>no()</script></body>";
    expect(htmlToText(html).text).toBe("Hello you & me\n\nOne\nTwo\n\nA B\nC\n\n- x\n- y");
  });

  test("quoted parts start with > and an answer between them does not", () => {
    const gmail =
      '<div>Yes</div><div class="gmail_quote"><div class="gmail_attr">On Monday Tom wrote:<br></div><blockquote>Tuesday?</blockquote><div>Tuesday is fine.</div><blockquote>And Ana?</blockquote></div>';
    expect(htmlToText(gmail).text.replace(/\n>?\n/g, "\n")).toBe(
      "Yes\n> On Monday Tom wrote:\n> Tuesday?\nTuesday is fine.\n> And Ana?",
    );
    for (const rest of [
      '<div id="appendonsend"></div><div>From: Tom</div>',
      '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p>From: Tom</p></div>',
      '<div class="yahoo_quoted">From: Tom</div>',
    ]) {
      expect(htmlToText(`<p>Yes</p>${rest}`).text, rest).toMatch(/^Yes\n>?\n?> From: Tom$/);
    }
  });

  test("links are http, https and mailto only, at most fifty", () => {
    const many = Array.from({ length: 80 }, (_, at) => `<a href="https://x.example/${at}">a</a>`).join("");
    const found = htmlToText(
      `<a href="javascript:x()">a</a><a href="data:text/html,x">b</a><a href=" MAILTO:t@x.example">c</a>${many}`,
    );
    expect(found.links[0]).toBe("MAILTO:t@x.example");
    expect(found.links).toHaveLength(50);
  });
});

describe("what a person does not see is apart", () => {
  test.each([
    '<div style="display: none">',
    '<div style="visibility:hidden">',
    '<div style="opacity:0">',
    '<div style="font-size:0">',
    '<div style="font-size:1px">',
    '<div style="color:#ffffff">',
    '<div style="background:#123456"><p style="color:rgb(18,52,86)">',
    '<table bgcolor="#000000"><td><font color="black">',
    '<div style="position:absolute;left:-9999px">',
    '<div style="text-indent:-9999px">',
    "<div hidden>",
    '<div aria-hidden="true">',
    '<div style="max-height:0;overflow:hidden">',
    '<div style="mso-hide:all">',
    '<div style="color:transparent">',
  ])("%s", (open) => {
    const found = htmlToText(`<p>Seen</p>${open}secret`);
    expect([found.text, found.hidden]).toEqual(["Seen", "secret"]);
  });

  test("a layout with font-size 0 outside and text inside is seen", () => {
    expect(htmlToText('<td style="font-size:0"><div style="font-size:14px">Seen</div></td>').text).toBe("Seen");
    expect(htmlToText('<td background="dark.png"><p style="color:#fff">Seen</p></td>').text).toBe("Seen");
    expect(htmlToText('<p style="display:none">no<p>Seen').text).toBe("Seen");
  });

  test("it stays apart below the depth limit", () => {
    expect(htmlToText(`${"<div>".repeat(2_000)}<div style="display:none">secret`).hidden).toBe("secret");
  });
});

test.each([
  ["100,000 nested elements and closing tags of nothing", `${"<div>".repeat(100_000)}x${"</b>".repeat(100_000)}`],
  ["5 MB of paragraphs", '<p style="color:red">a <b>b</b></p>'.repeat(145_000)],
  ["5 MB of spaces", " ".repeat(5_000_000)],
  ["5 MB of <", "<".repeat(5_000_000)],
  ["a million attributes", `<a ${"x=1 ".repeat(1_000_000)}`],
  ["400,000 nested quotations", "<blockquote>a".repeat(400_000)],
  ["a million unclosed comments", "<!--".repeat(1_000_000)],
  ["5 MB of line breaks", "<br>".repeat(1_250_000)],
])("%s are read in less than two seconds", async (_name, html) => {
  expect(await cpuMs(() => htmlToText(html))).toBeLessThan(2_000);
});

test("HTML over the limit says so", () => {
  expect([htmlToText("a".repeat(6_000_001)).truncated, htmlToText("a").truncated]).toEqual([true, false]);
});
