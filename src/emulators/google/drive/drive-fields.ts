import type { drive_v3 } from "@googleapis/drive";
import { type KnownFields, knownFields } from "../select-fields.ts";

const words = (text: string): string[] => text.split(/\s+/);

const file = knownFields(
  words(`kind id name mimeType description starred trashed explicitlyTrashed trashingUser trashedTime parents properties
  appProperties spaces version webContentLink webViewLink iconLink hasThumbnail thumbnailLink thumbnailVersion viewedByMe
  viewedByMeTime createdTime modifiedTime modifiedByMe modifiedByMeTime sharedWithMeTime sharingUser owners teamDriveId driveId
  lastModifyingUser shared ownedByMe capabilities viewersCanCopyContent copyRequiresWriterPermission writersCanShare permissions
  permissionIds hasAugmentedPermissions folderColorRgb originalFilename fullFileExtension fileExtension md5Checksum
  sha1Checksum sha256Checksum size quotaBytesUsed headRevisionId contentHints imageMediaMetadata videoMediaMetadata
  isAppAuthorized exportLinks shortcutDetails contentRestrictions labelInfo resourceKey linkShareMetadata downloadRestrictions
  inheritedPermissionsDisabled clientEncryptionDetails`),
);
const change: KnownFields = {
  ...knownFields(["kind", "removed", "fileId", "time", "driveId", "type", "teamDriveId", "changeType"]),
  ...knownFields(["teamDrive", "drive"]),
  file,
};
const revision = knownFields(
  words(
    "id mimeType kind published keepForever md5Checksum modifiedTime publishAuto publishedOutsideDomain size originalFilename lastModifyingUser exportLinks publishedLink",
  ),
);
const about = knownFields(
  words(
    "kind user storageQuota driveThemes canCreateDrives importFormats exportFormats appInstalled folderColorPalette maxImportSizes maxUploadSize teamDriveThemes canCreateTeamDrives",
  ),
);

/** What each answer of Drive may be asked for, and what it gives unasked. */
export const driveAnswers = {
  file: { known: file, usual: "kind,id,name,mimeType" },
  files: {
    known: { kind: true, nextPageToken: true, incompleteSearch: true, files: file },
    usual: "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)",
  },
  changes: {
    known: { kind: true, nextPageToken: true, newStartPageToken: true, changes: change },
    usual:
      "kind,nextPageToken,newStartPageToken,changes(kind,removed,changeType,fileId,time,type,file(kind,id,name,mimeType))",
  },
  revision: { known: revision, usual: "kind,id,mimeType,modifiedTime" },
  revisions: {
    known: { kind: true, nextPageToken: true, revisions: revision },
    usual: "kind,nextPageToken,revisions(kind,id,mimeType,modifiedTime)",
  },
  about: { known: about, usual: "*" },
} as const satisfies Record<string, { known: KnownFields; usual: string }>;
export type DriveAnswer = keyof typeof driveAnswers;

/** The resource behind each answer. */
export interface DriveResources {
  file: drive_v3.Schema$File;
  files: drive_v3.Schema$FileList;
  changes: drive_v3.Schema$ChangeList;
  revision: drive_v3.Schema$Revision;
  revisions: drive_v3.Schema$RevisionList;
  about: drive_v3.Schema$About;
}
