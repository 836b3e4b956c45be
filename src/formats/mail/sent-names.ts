const sentNames = new Set(
  [
    "sent",
    "sent mail",
    "sent messages",
    "sent items",
    "gesendet",
    "gesendete",
    "gesendete objekte",
    "gesendete elemente",
    "gesendete nachrichten",
    "envoyé",
    "envoyés",
    "messages envoyés",
    "éléments envoyés",
    "courrier envoyé",
    "enviado",
    "enviados",
    "elementos enviados",
    "mensajes enviados",
    "itens enviados",
    "e-mails enviados",
    "inviata",
    "inviati",
    "posta inviata",
    "posta in uscita inviata",
    "messaggi inviati",
    "verzonden",
    "verzonden items",
    "verzonden berichten",
    "skickat",
    "skickade",
    "sendt",
    "sendte",
    "sendt post",
    "lähetetyt",
    "wysłane",
    "odeslaná pošta",
    "odeslané",
    "elküldött",
    "отправленные",
    "надіслані",
    "gönderilmiş",
    "gönderilenler",
    "gönderilmiş öğeler",
    "已发送",
    "已发送邮件",
    "寄件備份",
    "送信済み",
    "送信済みメール",
    "보낸편지함",
  ].map((name) => name.normalize("NFC")),
);

/**
 * Whether a label, folder or file of this name holds what the owner sent, in the languages of the large mail programs.
 * Extensions and parents are looked past: `Sent.mbox`, `[Gmail]/Sent Mail`, `INBOX.Sent`. Contract: pure.
 */
export function isSentName(name: string): boolean {
  const folded = name
    .normalize("NFC")
    .trim()
    .toLowerCase()
    .replace(/\.(?:mbox|mbx|sbd|eml|imapmbox)$/, "");
  const last = folded.slice(folded.lastIndexOf("/") + 1);
  return [folded, last, last.slice(last.lastIndexOf(".") + 1)].some(
    (form) => sentNames.has(form.replace(/[_-]/g, " ").trim()) || sentNames.has(form),
  );
}
