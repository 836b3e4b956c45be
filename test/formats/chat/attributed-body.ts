/** An attributedBody as macOS archives a plain text. */
export function attributedBody(text: string | Buffer): Buffer {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const head = Buffer.from(
    "040b73747265616d747970656481e803840140848484194e534d757461626c6541747472696275746564537472696e67008484124e5341747472696275746564537472696e67008484084e534f626a6563740085928484840f4e534d757461626c65537472696e67018484084e53537472696e67019584012b",
    "hex",
  );
  return Buffer.concat([head, lengthOf(bytes.length), bytes, Buffer.from("86840269490", "hex")]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const wide = Buffer.alloc(length < 0x10000 ? 3 : 5);
  wide[0] = length < 0x10000 ? 0x81 : 0x82;
  if (length < 0x10000) wide.writeUInt16LE(length, 1);
  else wide.writeUInt32LE(length, 1);
  return wide;
}
