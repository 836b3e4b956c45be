const pages = {
  received: [
    "Google's answer has arrived.",
    "Steward is checking it now; the terminal says what came of it. You can close this tab.",
  ],
  denied: ["You said no, so nothing was connected.", "Nothing was stored. You can close this tab."],
  foreign: [
    "This answer does not belong to the sign-in that is running.",
    "Nothing was done with it. If you did not open this page yourself, close it.",
  ],
  used: ["This sign-in has had its answer.", "You can close this tab."],
  nothing_here: ["There is nothing here.", "You can close this tab."],
  wrong_place: ["This address is not steward's.", "You can close this tab."],
} as const;

/** The page a browser shows when it comes back from Google. Contract: fixed texts; nothing of the request is in it. */
export function answerPage(name: keyof typeof pages): string {
  const [title, text] = pages[name];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>steward</title>
<style>
:root { color-scheme: light dark }
body { font: 18px/1.5 system-ui, sans-serif; max-width: 34em; margin: 18vh auto 0; padding: 0 1.2em }
h1 { font-size: 1.25em }
</style></head>
<body><h1>${title}</h1><p>${text}</p></body></html>
`;
}
