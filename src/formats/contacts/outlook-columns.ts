const meanings: [string, string][] = [
  ["given", "first name|vorname|prénom|nombre|nome|voornaam|primeiro nome"],
  ["middle", "middle name|weitere vornamen|deuxième prénom|segundo nombre|secondo nome|middelste naam|segundo nome"],
  ["family", "last name|nachname|nom|apellidos|cognome|achternaam|apelido|sobrenome"],
  ["prefix", "title|anrede|titre|tratamiento|titolo|titel|tratamento"],
  ["suffix", "suffix|suffixe|sufijo|sufixo|achtervoegsel"],
  [
    "display",
    "display name|anzeigename|nom complet|e-mail display name|e-mail: angezeigter name|nom complet de l'adresse de messagerie",
  ],
  ["nickname", "nickname|spitzname|surnom|apodo|soprannome|bijnaam|alcunha"],
  [
    "email",
    "e-mail address|e-mail|email address|e-mail-adresse|e-mail adresse|e-mail: adresse|adresse de messagerie|adresse e-mail|" +
      "dirección de correo electrónico|indirizzo posta elettronica|e-mailadres|endereço de correio electrónico|endereço de email",
  ],
  [
    "phone",
    "mobile phone|home phone|business phone|primary phone|other phone|company main phone|car phone|telephone|mobiltelefon|" +
      "telefon privat|telefon geschäftlich|telefon (privat)|telefon (geschäftlich)|haupttelefon|weiteres telefon|telefon firma|" +
      "autotelefon|tél. mobile|téléphone mobile|téléphone (domicile)|téléphone (bureau)|téléphone principal|autre téléphone|" +
      "teléfono móvil|particular teléfono|teléfono del trabajo|cellulare|abitazione|ufficio|mobiele telefoon|telefoon thuis|" +
      "telefoon op werk|telemóvel|telefone da residência|telefone da empresa",
  ],
  ["company", "company|firma|société|empresa|organización|società|bedrijf"],
  ["title", "job title|position|titre de la fonction|profession|cargo|puesto|posizione|functie"],
  ["department", "department|abteilung|service|departamento|reparto|afdeling"],
  ["birthday", "birthday|geburtstag|anniversaire|cumpleaños|compleanno|verjaardag|data de nascimento"],
  ["notes", "notes|notizen|notas|note|notities"],
  ["categories", "categories|kategorien|catégories|categorías|categorie|categorieën|categorias"],
];

/** What a column of Outlook's export means, by its name in lower case. */
export const outlookColumns: ReadonlyMap<string, string> = new Map(
  meanings.flatMap(([meaning, names]) => names.split("|").map((name): [string, string] => [name, meaning])),
);
