import { z } from "zod";

export const folderType = "application/vnd.google-apps.folder";
export const shortcutType = "application/vnd.google-apps.shortcut";
export const documentType = "application/vnd.google-apps.document";
export const spreadsheetType = "application/vnd.google-apps.spreadsheet";

/** What is asked of a file, and no more. */
export const fileFields =
  "id,name,mimeType,parents,trashed,size,md5Checksum,version,modifiedTime,ownedByMe,driveId,shortcutDetails(targetId,targetMimeType)";

/** A file as Drive describes it. Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files */
export const driveFile = z.object({
  id: z.string().min(1),
  name: z.string(),
  mimeType: z.string(),
  /** At most one since 2020; none for what was shared and never put anywhere. */
  parents: z.array(z.string()).default([]),
  trashed: z.boolean().default(false),
  /** Decimal; absent for Google's own kinds. */
  size: z.string().regex(/^\d+$/).optional(),
  /** Absent for Google's own kinds. */
  md5Checksum: z.string().optional(),
  version: z.string().default("0"),
  modifiedTime: z.string().optional(),
  ownedByMe: z.boolean().optional(),
  driveId: z.string().optional(),
  shortcutDetails: z.object({ targetId: z.string(), targetMimeType: z.string() }).optional(),
});
export type DriveFile = z.output<typeof driveFile>;
