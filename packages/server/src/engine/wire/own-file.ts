/**
 * The number by which this server knows its own files, with room for hazards in its last byte (SQLite: PRAGMA
 * application_id). It is part of the file, so that it is written and copied with what it is about.
 */
export const ownFile = 0x4c444200;

/** What makes an empty database a file of this server, without hazards. */
export const markOwnFile = `PRAGMA application_id = ${ownFile}`;
