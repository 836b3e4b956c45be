/** What the app itself writes in an export, in the languages people use. Compared after marks and end stops are gone. */

/** Kinds of media as the app names them when it leaves them out, with the media type that is the usual one. */
export const mediaKinds: readonly { kind: string; mediaType: string; words: RegExp }[] = [
  {
    kind: "sticker",
    mediaType: "image/webp",
    words:
      /sticker|autocollant|figurinha|adesivo|naklejk|çıkartma|стикер|ملصق|استیکر|स्टिकर|stiker|nhãn dán|ステッカー|スタンプ|贴图|貼圖|스티커|สติกเกอร์/iu,
  },
  { kind: "gif", mediaType: "image/gif", words: /\bgif\b|动图|動圖/iu },
  {
    kind: "contact",
    mediaType: "text/vcard",
    words:
      /contact|kontakt|contacto|contatto|contato|kişi|контакт|جهة|مخاطب|संपर्क|kontak|liên hệ|連絡先|联系人|聯絡人|名片|연락처|ผู้ติดต่อ/iu,
  },
  {
    kind: "document",
    mediaType: "application/octet-stream",
    words: /documen|dokumen|belge|документ|مستند|سند|दस्तावेज़|tài liệu|ドキュメント|文書|文档|文件|문서|เอกสาร/iu,
  },
  {
    kind: "voice note",
    mediaType: "audio/ogg",
    words: /audio|áudio|\bses\b|аудио|صوت|صدا|ऑडियो|âm thanh|音声|オーディオ|音频|音訊|語音|오디오|เสียง|dźwięk/iu,
  },
  {
    kind: "video",
    mediaType: "video/mp4",
    words: /v[ií]d[eé]o|wideo|видео|فيديو|ویدی|वीडियो|動画|ビデオ|视频|影片|동영상|วิดีโอ/iu,
  },
  {
    kind: "image",
    mediaType: "image/jpeg",
    words:
      /image|imagen|imagem|immagine|\bbild|afbeelding|obraz|görüntü|resim|изображение|фото|photo|صورة|تصویر|चित्र|gambar|hình|画像|图片|圖片|이미지|사진|รูป/iu,
  },
];

/** "image omitted", "Bild weggelassen": the end of what iOS writes for media that were left out. */
export const leftOut =
  /(?:omitted|weggelassen|ausgelassen|ausgeschlossen|omitid[oa]s?|omise?s?|absente?|omess[oaie]|ocult[oa]d?[oa]?|não revelad[oa]|weggelaten|pominięt[oyae]|dahil edilmedi|atlandı|опущен[оаы]?|пропущен[оаы]?|отсутствует|без медиафайлов|محذوفة?|مستبعد|غير مضمن[ةه]?|حذف شد|छोड़[ाीे]|शामिल नहीं|tidak disertakan|dihilangkan|bị bỏ qua|không bao gồm|省略|除外|略去|忽略|생략됨|제외|ไม่รวม|ถูกละไว้|含まれていません)[.。]?$/iu;

/** "(file attached)" in brackets after a file's name, as Android writes it. */
export const attachedWords =
  /attached|angehängt|adjunto|joint|allegat|anexad|bijgevoegd|dołączon|załączon|ekli|eklendi|прикреп|добавлен|вложен|مرفق|پیوست|संलग्न|terlampir|đính kèm|添付|附件|附加|附上|첨부|แนบ/iu;

/** A message that its sender or an admin took back. */
export const deletedWords: readonly RegExp[] = [
  /^(?:this message was deleted|you deleted this message)(?: by admin.*)?$/i,
  /^(?:diese nachricht wurde gelöscht|du hast diese nachricht gelöscht)$/i,
  /^(?:se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|has eliminado este mensaje)$/i,
  /^(?:ce message a été supprimé|vous avez supprimé ce message)$/i,
  /^(?:questo messaggio è stato eliminato|hai eliminato questo messaggio)$/i,
  /^(?:mensagem apagada|esta mensagem foi apagada|você apagou esta mensagem|apagaste esta mensagem|eliminou esta mensagem|esta mensagem foi eliminada)$/i,
  /^(?:dit bericht is verwijderd|dit bericht werd verwijderd|u hebt dit bericht verwijderd|je hebt dit bericht verwijderd)$/i,
  /^(?:ta wiadomość została usunięta|usunięto tę wiadomość|usunąłeś tę wiadomość|ta wiadomość została skasowana)$/i,
  /^(?:bu mesaj silindi|bu mesajı sildiniz)$/i,
  /^(?:сообщение удалено|данное сообщение удалено|вы удалили это сообщение|вы удалили данное сообщение|это сообщение удалено)$/i,
  /^(?:تم حذف هذه الرسالة|حذفت هذه الرسالة|لقد حذفت هذه الرسالة|این پیام حذف شد|این پیام حذف شده است|شما این پیام را حذف کردید)$/,
  /^(?:यह संदेश हटा दिया गया था|यह मैसेज हटा दिया गया|आपने यह संदेश हटा दिया|आपने यह मैसेज हटाया)$/,
  /^(?:pesan ini telah dihapus|pesan ini dihapus|anda menghapus pesan ini|tin nhắn này đã bị xóa|bạn đã xóa tin nhắn này)$/i,
  /^(?:このメッセージは削除されました|このメッセージを削除しました|此消息已删除|您删除了这条消息|你已删除这条消息|這則訊息已刪除|您已刪除這則訊息|此訊息已刪除|삭제된 메시지입니다|이 메시지는 삭제되었습니다|이 메시지를 삭제했습니다|ข้อความนี้ถูกลบแล้ว|คุณลบข้อความนี้แล้ว)$/,
];

/** A call that left a line in the chat. */
export const callWords =
  /^(?:missed (?:group )?(?:voice|video) call|(?:voice|video) call,|silenced voice call|verpasster (?:sprach|video)anruf|llamada (?:de voz|de video) perdida|(?:video)?llamada perdida|appel (?:vocal|vidéo) manqué|(?:video)?chiamata (?:vocale )?persa|(?:chamada|ligação) de (?:voz|vídeo) perdida|gemiste (?:spraak|video)oproep|nieodebrane połączenie|cevapsız (?:sesli|görüntülü) arama|пропущенный (?:аудио|видео)?звонок|مكالمة .{0,12}فائتة|تماس .{0,12}از دست رفته|मिस्ड|panggilan (?:suara|video) tak terjawab|cuộc gọi .{0,12}nhỡ|不在着信|未接|부재중|สาย.{0,16}ไม่ได้รับ)/iu;

/** What follows a name in a line of the app itself, for lines that hold a colon by chance. */
export const systemWords =
  /(?:created group|created this group|changed the (?:subject|group|topic)|changed this group|changed the|added|removed|joined using|security code|changed (?:their|to|from)|end-to-end encrypted|message timer|hat die gruppe|hat den betreff|gruppe .{0,40}erstellt|creó (?:el|este) grupo|cambió el asunto|cambió|a créé le groupe|a changé|ha creato il gruppo|ha cambiato|criou o grupo|mudou|heeft de groep|heeft het onderwerp|utworzył|zmienił|grubunu oluşturdu|konusunu|создал|изменил|أنشأ|غيّر|membuat grup|mengubah|đã tạo nhóm|đã đổi|グループ.{0,40}作成|变更|創建|更改)/iu;

/** Signs of a group among the app's own lines. */
export const groupWords =
  /created (?:this )?group|added|removed|\bleft\b|joined using|invite link|changed the (?:subject|group)|this group|gruppe|grupo|groupe|gruppo|groep|grup|групп|المجموعة|गروه|समूह|nhóm|グループ|群组|群組|그룹|กลุ่ม/iu;

/** Words by which the app shows that a text is from it: a file without any of them may be something else. */
export const appTraces =
  /end-to-end|ende-zu-ende|extremo a extremo|bout en bout|crittografat|ponta a ponta|ponto a ponto|uçtan uca|сквозным|شفر|ujung ke ujung|đầu cuối|エンドツーエンド|端到端|端對端|종단|ต้นทางถึงปลายทาง|<[\p{L} ]*(?:omitted|ausgeschlossen|omitido|omis|omess[ao]|ocult[oa]|weggelaten|multimedia)|\u200e.{0,40}(?:omitted|weggelassen|omitid|omis)/iu;

/** How the app calls the owner, where that word is nobody's name. */
export const ownerWords: ReadonlySet<string> = new Set([
  "You",
  "Tú",
  "Vous",
  "Você",
  "Вы",
  "أنت",
  "آپ",
  "आप",
  "Anda",
  "Bạn",
  "あなた",
  "您",
  "คุณ",
]);
