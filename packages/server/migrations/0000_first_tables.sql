CREATE TABLE `accounts` (
	`username` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `organizations` (
	`slug` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL CHECK (`type` IN ('personal', 'team')),
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `members` (
	`organization` text NOT NULL REFERENCES `organizations` (`slug`),
	`username` text NOT NULL REFERENCES `accounts` (`username`),
	`role` text NOT NULL CHECK (`role` IN ('owner', 'admin', 'member', 'viewer')),
	PRIMARY KEY (`organization`, `username`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `members_by_username` ON `members` (`username`);
--> statement-breakpoint
-- Lies in the order of its names, so that a list of all databases is one sequential read.
CREATE TABLE `databases` (
	`organization` text NOT NULL REFERENCES `organizations` (`slug`),
	`name` text NOT NULL,
	`id` text NOT NULL UNIQUE,
	`label` text NOT NULL,
	`regions` text DEFAULT '[]' NOT NULL CHECK (json_valid(`regions`)),
	`private_key` text NOT NULL,
	`public_key` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY (`organization`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `instances` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL UNIQUE,
	`database_id` text NOT NULL REFERENCES `databases` (`id`),
	`name` text NOT NULL,
	`label` text NOT NULL,
	`type` text NOT NULL CHECK (`type` IN ('primary', 'replica')),
	`location` text NOT NULL,
	`created_at` integer NOT NULL,
	UNIQUE (`database_id`, `name`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `instances_one_primary` ON `instances` (`database_id`) WHERE `type` = 'primary';
--> statement-breakpoint
CREATE TABLE `hostnames` (
	`label` text PRIMARY KEY NOT NULL,
	`database_id` text NOT NULL REFERENCES `databases` (`id`),
	`instance_uuid` text REFERENCES `instances` (`uuid`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `hostnames_by_database` ON `hostnames` (`database_id`);
--> statement-breakpoint
CREATE INDEX `hostnames_by_instance` ON `hostnames` (`instance_uuid`);
--> statement-breakpoint
CREATE TABLE `api_tokens` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL UNIQUE,
	`username` text NOT NULL REFERENCES `accounts` (`username`),
	`name` text NOT NULL,
	`hash` text NOT NULL UNIQUE,
	`created_at` integer NOT NULL,
	UNIQUE (`username`, `name`)
);
--> statement-breakpoint
CREATE TABLE `removals` (
	`database_id` text PRIMARY KEY NOT NULL
) WITHOUT ROWID;
