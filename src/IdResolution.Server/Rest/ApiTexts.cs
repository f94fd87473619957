namespace IdResolution.Server.Rest;

/// <summary>What the OpenAPI document says to callers of schemas, their members, parameters and answers.</summary>
internal static class ApiTexts
{
    public const string Api =
        "Registers items, resolves identifiers, prints labels. Send the key as Authorization: Bearer KEY; without one "
        + "only public attributes are seen. An identifier stands last in the path, percent-encoded (its slashes too, "
        + "if need be), or in ?id=. Times are RFC 3339 in UTC. Errors are problem details (RFC 9457) with a code, the "
        + "fields at fault and a trace id, which is that of the header traceparent where the caller sends it. Request "
        + "bodies may be compressed. HEAD answers what GET would, without a body.";

    public const string AcceptLanguage = "Chinese (zh) or English (en), for messages and what is printed.";

    private const string Ignored = "Is ignored: what a record answers can be sent back as it came.";

    private static readonly Dictionary<string, string> s_schemas = new()
    {
        ["AttributeDefinition"] = "An attribute of a template: its type and the rules for its values.",
        ["AttributeState"] = "Whether an attribute takes new values.",
        ["AttributeType"] = "The type of an attribute's values.",
        ["AuditAnswer"] = "A line of the audit log.",
        ["AuditKind"] = "What a line is: an act, a denial, or an act of somebody whom the node does not know.",
        ["Batch"] = "Items to be registered, at most 2,000.",
        ["BatchAnswer"] = "The results of a batch, in the order of its items.",
        ["BusinessKeyBody"] = "A key by which another system knows an item.",
        ["BatchItem"] = "The result of an item: identifier and version, or error.",
        ["Category"] = "A group of templates.",
        ["ChangeAnswer"] = "An entry of the change log.",
        ["ChangesAnswer"] = "A part of the change log.",
        ["CodingRule"] = "A pattern by which identifiers are given.",
        ["CopyBody"] = "What the copy of a template is called.",
        ["DataFormat"] = "How the data of a value is written: as text, or as bytes in base64 or hexadecimal digits.",
        ["FieldError"] = "A field at fault.",
        ["GivenValue"] = "A raw Handle value to be stored.",
        ["HandleData"] = "The data of a raw Handle value.",
        ["HandleReference"] = "A reference to a value of another handle.",
        ["HandleValue"] = "A raw Handle value.",
        ["ImportAnswer"] = "What an import wrote.",
        ["IndustryCodes"] = "An industry by the four levels of GB/T 4754.",
        ["ItemError"] = "Why an item was refused.",
        ["KeyAnswer"] = "An API key.",
        ["KeyBody"] = "The API key to be made.",
        ["LetterAnswer"] = "A record that the secondary node refused.",
        ["LettersAnswer"] = "What became of the letters that were named.",
        ["LettersBody"] = "Letters: some, or all.",
        ["Listing"] = "A page of a list.",
        ["LogKind"] = "What was changed.",
        ["LogOperation"] = "What was done.",
        ["Names"] = "A name in English and Chinese; either may be missing.",
        ["Patch"] = "What to change of a record. What is not named stays.",
        ["ProblemAnswer"] = "Problem details (RFC 9457).",
        ["RecordAnswer"] =
            "A record, as the key may see it. Of another node's record it has neither version nor times.",
        ["RecordStatus"] = "Whether the identifier is in use.",
        ["Registration"] =
            "An item to be registered. The same source and sourceKey again are the same item. It needs a template or "
            + "values.",
        ["Role"] = "The rights of a key. Each role has those before it.",
        ["ScanBody"] = "What a scanner read.",
        ["SheetBody"] = "The labels of a sheet.",
        ["SourceBody"] = "A system that knows items by keys of its own.",
        ["StatisticAnswer"] = "A count.",
        ["Template"] = "A version of a template: a kind of item, and its attributes.",
        ["TemplatePack"] = "Templates with their categories and coding rules.",
        ["TemplateState"] = "Whether a version takes registrations.",
        ["TryRuleAnswer"] = "The identifier that would be given.",
        ["TryRuleBody"] = "An item to try a pattern with.",
        ["UpstreamState"] = "How far the secondary node is behind, and how the last tries went.",
        ["VersionAnswer"] = "A version of a record, as the key may see it.",
        ["Visibility"] = "Who may see an attribute.",
    };

    private static readonly Dictionary<string, string> s_members = new()
    {
        ["AttributeDefinition.choiceNames"] = "What people are shown for each of the choices; the word where absent.",
        ["AttributeDefinition.choices"] = "The words allowed, for the type choice.",
        ["AttributeDefinition.code"] =
            "1 to 50 letters, digits, _, - or ., beginning with a letter but not with HS_; unique in the template.",
        ["AttributeDefinition.index"] = "The Handle index, 2000 or more; given in order where absent.",
        ["AttributeDefinition.maxLength"] = "The greatest length of a text, in characters.",
        ["AttributeDefinition.maximum"] = "The greatest number, date or time allowed.",
        ["AttributeDefinition.minLength"] = "The least length of a text, in characters.",
        ["AttributeDefinition.minimum"] = "The least number, date or time allowed.",
        ["AttributeDefinition.names"] = "What people are shown; the code where absent.",
        ["AttributeDefinition.pattern"] =
            "A regular expression of the whole text, without backreferences and lookarounds.",
        ["AttributeDefinition.repeated"] = "Whether it takes a list of values.",
        ["AttributeDefinition.required"] = "Whether every item must have it.",
        ["AttributeDefinition.searchable"] = "Whether records can be searched by it.",
        ["AttributeDefinition.state"] = "disabled takes no new values and is not shown; active where absent.",
        ["AttributeDefinition.type"] = "The type of its values; text where absent.",
        ["AttributeDefinition.unique"] = "Whether no two active records of the template may have the same value.",
        ["AttributeDefinition.unit"] = "The unit of measure, for people.",
        ["AttributeDefinition.unitNames"] = "The unit as people are shown it in each language; unit where absent.",
        ["AttributeDefinition.visibility"] = "Who may see it; private where absent.",
        ["AuditAnswer.kind"] = "act, denial, or anonymous: what somebody did whom the node does not know.",
        ["AuditAnswer.source"] =
            "Where from: an IPv4 address, or a /64 of IPv6; others beyond the number of lines in a minute; empty for "
            + "the command line and the node.",
        ["AuditAnswer.osUser"] = "The user of the operating system behind the command line; else empty.",
        ["AuditAnswer.traceId"] = "The W3C trace id of the request, or of the first one of those gathered; or empty.",
        ["AuditAnswer.node"] = "The process that wrote the line.",
        ["AuditAnswer.action"] = "What was done, or asked for.",
        ["AuditAnswer.caller"] =
            "Who did it: the id of the key, command-line, node, an identity of the Handle protocol, or anonymous.",
        ["AuditAnswer.count"] = "How often, for gathered lines; how many records, for acts on many; else 1.",
        ["AuditAnswer.id"] = "The number of the line.",
        ["AuditAnswer.outcome"] = "done, or the code of the refusal.",
        ["AuditAnswer.target"] =
            "What it was done to: an identifier, or the name of something that exists; else empty.",
        ["AuditAnswer.time"] = "When; the minute, for gathered lines.",
        ["Batch.items"] = "The items.",
        ["BatchAnswer.items"] = "One result for each item.",
        ["BatchItem.differs"] =
            "What a registration under a further key of the item said otherwise than the record. "
            + "Nothing of it was written.",
        ["BatchItem.error"] = "Why the item was refused.",
        ["BatchItem.identifier"] = "The identifier of the item.",
        ["BatchItem.status"] = "201 new, 200 the same again, else the HTTP status of the refusal.",
        ["BatchItem.version"] = "The version of its record.",
        ["BusinessKeyBody.source"] = "The code of the system, such as mes: 1 to 64 bytes.",
        ["BusinessKeyBody.sourceKey"] =
            "The key, 1 to 255 bytes. Compared without regard to full or half width, to blanks at its ends, and to "
            + "case unless the source is case-sensitive.",
        ["Category.code"] = "1 to 50 lower-case letters, digits and hyphens, beginning with a letter.",
        ["Category.names"] = "What people are shown.",
        ["Category.parent"] = "The code of the category above.",
        ["ChangeAnswer.actor"] = "Who did it; shown from role reader up.",
        ["ChangeAnswer.code"] = "What was changed, where it is no record.",
        ["ChangeAnswer.identifier"] = "The identifier of the record.",
        ["ChangeAnswer.kind"] = "What was changed.",
        ["ChangeAnswer.leaf"] = "The hash of the log entry, in hexadecimal digits.",
        ["ChangeAnswer.operation"] = "What was done.",
        ["ChangeAnswer.sequence"] = "The number of the log entry.",
        ["ChangeAnswer.template"] = "The code of the record's template.",
        ["ChangeAnswer.time"] = "When.",
        ["ChangeAnswer.version"] = "The version that it made.",
        ["ChangesAnswer.items"] = "The changes that the key may see.",
        ["ChangesAnswer.next"] = "The cursor to go on with; always there. Nothing can be read from its text.",
        ["CodingRule.code"] = "1 to 50 lower-case letters, digits and hyphens, beginning with a letter.",
        ["CodingRule.names"] = "What people are shown.",
        ["CodingRule.pattern"] = "The pattern of the suffix, such as MEA-{date:yyMMdd}-{seq:5}{check}.",
        ["CodingRule.prefix"] = "The prefix of the identifiers; the node's first one where absent.",
        ["CodingRule.skipLookAlikes"] = "Whether numbers are skipped whose check character looks like another: O, I.",
        ["CopyBody.category"] = "The category of the copy; that of the template where absent.",
        ["CopyBody.code"] = "The code of the copy.",
        ["CopyBody.names"] = "The names of the copy; those of the template where absent.",
        ["FieldError.code"] = "The code of the fault.",
        ["FieldError.field"] = "The field, by its path: attributes.thickness, values[0].ttl.",
        ["FieldError.message"] = "What is wrong, for people.",
        ["GivenValue.data"] = "Text as it stands, or an object of format and value.",
        ["GivenValue.expires"] = "The end of a time to live that is absolute, in place of ttl.",
        ["GivenValue.index"] = "1 or more, unique in the record.",
        ["GivenValue.permissions"] =
            "Four digits: admin read, admin write, public read, public write. 1110 where absent.",
        ["GivenValue.references"] = "References to values of other handles.",
        ["GivenValue.timestamp"] = "Is ignored: the node sets it.",
        ["GivenValue.ttl"] = "The time to live in seconds; 86400 where absent.",
        ["GivenValue.type"] = "The Handle type, such as URL.",
        ["HandleData.format"] = "How value is written.",
        ["HandleData.value"] = "The data.",
        ["HandleReference.handle"] = "The handle.",
        ["HandleReference.index"] = "The index of the value.",
        ["HandleValue.data"] = "The data.",
        ["HandleValue.expires"] = "The end of its time to live, where that is absolute.",
        ["HandleValue.index"] = "Unique in the record.",
        ["HandleValue.permissions"] = "Four digits: admin read, admin write, public read, public write.",
        ["HandleValue.references"] = "References to values of other handles.",
        ["HandleValue.ttl"] = "The time to live in seconds, where it is not absolute.",
        ["HandleValue.type"] = "The Handle type.",
        ["ImportAnswer.written"] = "How many objects were new or changed.",
        ["IndustryCodes.category"] = "The section, such as C.",
        ["IndustryCodes.specific"] = "The division, such as 15.",
        ["IndustryCodes.subclass"] = "The class, such as 1512.",
        ["IndustryCodes.trade"] = "The group, such as 151.",
        ["ItemError.code"] = "The code of the refusal.",
        ["ItemError.detail"] = "What is wrong, for people.",
        ["ItemError.differs"] = "On a conflict, the members that differ from the record in the way.",
        ["ItemError.errors"] = "The fields at fault.",
        ["ItemError.identifier"] = "On a conflict, what stands in the way.",
        ["KeyAnswer.createdAt"] = "When it was made.",
        ["KeyAnswer.expiresAt"] = "When it ends.",
        ["KeyAnswer.hasSecret"] =
            "True if its name and its secret log in over the SNMS protocol. The secret is not shown.",
        ["KeyAnswer.id"] = "By which the key is named, and revoked.",
        ["KeyAnswer.key"] = "The key itself, in the answer that made it alone.",
        ["KeyAnswer.lastUsedAt"] =
            "When it was last used, in the list of keys alone; absent where it was not. Written once a minute.",
        ["KeyAnswer.name"] = "What it is for.",
        ["KeyAnswer.prefix"] = "The prefix that it is bound to; the whole node's where absent.",
        ["KeyAnswer.rateLimit"] = "Requests a second.",
        ["KeyAnswer.revokedAt"] = "When it was revoked.",
        ["KeyAnswer.role"] = "Its rights.",
        ["KeyBody.expiresAt"] = "When it ends; after a year where absent.",
        ["KeyBody.name"] = "What it is for, at most 100 characters.",
        ["KeyBody.noExpiry"] = "True for a key that never ends; not together with `expiresAt`.",
        ["KeyBody.prefix"] =
            "The prefix that it is bound to: it reads and writes below it alone. One below a homed prefix is homed. "
            + "The whole node's where absent; role admin has none.",
        ["KeyBody.rateLimit"] = "Requests a second, 1 to 1,000,000; no limit where absent.",
        ["KeyBody.role"] = "Its rights.",
        ["KeyBody.secret"] =
            "What the user `name` (at most 50 characters, no other valid key's) logs in with over the SNMS protocol: "
            + "12 bytes to 64 characters. It is never shown.",
        ["LetterAnswer.at"] = "When it was refused.",
        ["LetterAnswer.due"] = "True if it is sent again by itself; false if it waits for a person.",
        ["LetterAnswer.identifier"] = "The identifier of the record.",
        ["LetterAnswer.reason"] = "Why, as the secondary node says it.",
        ["LetterAnswer.sequence"] = "The number of the log entry that was refused. It names the letter.",
        ["LettersAnswer.done"] = "How many letters there were.",
        ["LettersAnswer.unknown"] = "The numbers that no letter has.",
        ["LettersBody.all"] = "True for all letters that there are; not together with `sequences`.",
        ["LettersBody.sequences"] = "The sequences of 1 to 1,000 letters.",
        ["Listing.items"] = "The items of this page.",
        ["Listing.next"] = "Where the next page goes on; absent on the last page.",
        ["Names.en"] = "In English.",
        ["Names.zh"] = "In Chinese.",
        ["Patch.attributes"] = "By code; null removes an attribute.",
        ["Patch.values"] = "Replaces the raw values that the key may see.",
        ["ProblemAnswer.after"] = "Of a cursor that cannot be used: where to go on.",
        ["ProblemAnswer.code"] = "What it is, for programs.",
        ["ProblemAnswer.detail"] = "What is wrong, for people.",
        ["ProblemAnswer.differs"] = "On a conflict, the members that differ from the record in the way.",
        ["ProblemAnswer.proposals"] = "Registered identifiers that a mistyped one may mean.",
        ["ProblemAnswer.errors"] = "All fields at fault.",
        ["ProblemAnswer.identifier"] = "On a conflict, what stands in the way.",
        ["ProblemAnswer.log"] = "Of a cursor that cannot be used: the name of the log.",
        ["ProblemAnswer.status"] = "The HTTP status.",
        ["ProblemAnswer.title"] = "The kind of problem, in the caller's language.",
        ["ProblemAnswer.traceId"] = "The trace id (W3C Trace Context) of the request, by which logs name it.",
        ["RecordAnswer.attributes"] = "By code. A repeated attribute is a list.",
        ["RecordAnswer.createdAt"] = "When it was registered.",
        ["RecordAnswer.differs"] =
            "What a registration under a further key of the item said otherwise than the record. "
            + "Nothing of it was written.",
        ["RecordAnswer.furtherKeys"] = "The keys of the item besides the first; shown from role reader up.",
        ["RecordAnswer.foreign"] = "True for a record of another node.",
        ["RecordAnswer.identifier"] = "As it was registered.",
        ["RecordAnswer.source"] = "The system that registered it; shown from role reader up.",
        ["RecordAnswer.sourceKey"] = "What that system calls it; shown from role reader up.",
        ["RecordAnswer.status"] = "Whether it is in use.",
        ["RecordAnswer.template"] = "The code of its template; null for a record of raw values.",
        ["RecordAnswer.templateVersion"] = "The version of the template that it was made with.",
        ["RecordAnswer.updatedAt"] = "When it was last changed.",
        ["RecordAnswer.values"] = "Its raw Handle values.",
        ["RecordAnswer.version"] = "1 and up.",
        ["Registration.attributes"] = "By code. A repeated attribute takes a list; null is absent.",
        ["Registration.createdAt"] = Ignored,
        ["Registration.differs"] = Ignored,
        ["Registration.furtherKeys"] = "More keys of the item, at most 15.",
        ["Registration.identifier"] = "The template's coding rule gives one where absent.",
        ["Registration.reinstate"] = "True brings a revoked identifier back.",
        ["Registration.source"] = "The system that sends it, at most 64 bytes. Needs sourceKey.",
        ["Registration.sourceKey"] = "What that system calls it, at most 255 bytes. Needs source.",
        ["Registration.status"] = Ignored,
        ["Registration.template"] = "The code of a published template.",
        ["Registration.templateVersion"] = Ignored,
        ["Registration.updatedAt"] = Ignored,
        ["Registration.version"] = Ignored,
        ["Registration.values"] = "Raw Handle values.",
        ["ScanBody.text"] = "The text, as read.",
        ["SheetBody.columns"] = "Labels side by side, 1 to 6; 3 where absent.",
        ["SheetBody.identifiers"] = "The identifiers, at most 1,000.",
        ["SheetBody.qr"] = "The side of the QR code in millimetres, 10 to 60; 25 where absent.",
        ["SourceBody.caseSensitive"] = "Whether keys that differ in case are different keys; false where absent.",
        ["SourceBody.code"] = "1 to 64 bytes of text.",
        ["SourceBody.names"] = "What people are shown.",
        ["SourceBody.prefix"] = "The prefix whose items have its keys; those of the whole node where absent.",
        ["StatisticAnswer.count"] = "How often.",
        ["StatisticAnswer.day"] = "The day of the plant.",
        ["StatisticAnswer.operation"] = "What was done.",
        ["StatisticAnswer.source"] = "The source; empty for none.",
        ["StatisticAnswer.template"] = "The template's code; empty for none.",
        ["Template.attributes"] = "In the order shown to people.",
        ["Template.carrierType"] = "1 for active identification carriers, 2 for others, as the SNMS protocol says it.",
        ["Template.category"] = "The code of its category.",
        ["Template.code"] = "1 to 50 lower-case letters, digits and hyphens; the same for all versions.",
        ["Template.codingRule"] = "The code of the rule that gives identifiers to items registered without one.",
        ["Template.copiedFrom"] = "The template that it was copied from, and its version.",
        ["Template.description"] = "What it is for.",
        ["Template.identifier"] = "The identifier of the template itself, given by the node.",
        ["Template.industry"] = "The industry, as the SNMS protocol says it.",
        ["Template.names"] = "What people are shown.",
        ["Template.prefix"] =
            "The homed prefix that it belongs to, the same for all versions; the node's where absent.",
        ["Template.state"] = "Whether it takes registrations; set by the node.",
        ["Template.version"] = "1 and up; set by the node.",
        ["Template.versionText"] =
            "By which the SNMS protocol finds it, with its prefix: at most 128 characters, the same for all versions; "
            + "its code where absent.",
        ["TemplatePack.categories"] = "The categories of the templates.",
        ["TemplatePack.codingRules"] = "The coding rules of the templates.",
        ["TemplatePack.names"] = "What people are shown.",
        ["TemplatePack.pack"] = "The code of the pack, for the audit log.",
        ["TemplatePack.templates"] = "The templates.",
        ["TemplatePack.version"] = "The version of the pack. The node does not use it.",
        ["TryRuleAnswer.identifier"] = "The identifier.",
        ["TryRuleBody.attributes"] = "Attributes of the item, by code.",
        ["TryRuleBody.number"] = "The number of the sequence; 1 where absent.",
        ["TryRuleBody.pattern"] = "The pattern; not of a saved rule.",
        ["TryRuleBody.prefix"] = "The prefix; not of a saved rule.",
        ["UpstreamState.configured"] = "Whether a secondary node is set: Upstream:Url.",
        ["UpstreamState.cursor"] = "The last log entry that was taken.",
        ["UpstreamState.due"] = "The records that are sent again by themselves.",
        ["UpstreamState.error"] = "Why the last try failed; absent if it succeeded.",
        ["UpstreamState.failedAt"] = "When a try last failed.",
        ["UpstreamState.failingSince"] =
            "When the first try failed since the last success; absent if the last succeeded.",
        ["UpstreamState.head"] = "The last entry of the log.",
        ["UpstreamState.kept"] = "Values that stay here because the secondary node takes none over 255 characters.",
        ["UpstreamState.lag"] = "How many entries are not taken yet.",
        ["UpstreamState.lagSeconds"] = "The age of the first of them.",
        ["UpstreamState.prefix"] = "The prefix whose records go up; absent for all.",
        ["UpstreamState.rate"] = "Records sent a second, over the last seconds of sending.",
        ["UpstreamState.refused"] = "Refused records that wait for a person.",
        ["UpstreamState.sent"] = "Records sent so far; one sent again counts again.",
        ["UpstreamState.sentAt"] = "When the secondary node last took something.",
        ["UpstreamState.url"] = "The address of the secondary node.",
        ["UpstreamState.user"] = "The user that the node logs in as.",
        ["VersionAnswer.actor"] = "Who did it.",
        ["VersionAnswer.attributes"] = "By code. A repeated attribute is a list.",
        ["VersionAnswer.erased"] = "How many of its values were erased.",
        ["VersionAnswer.furtherKeys"] = "The keys of the item besides the first.",
        ["VersionAnswer.identifier"] = "As it was registered.",
        ["VersionAnswer.operation"] = "What made this version.",
        ["VersionAnswer.sequence"] = "The number of the log entry.",
        ["VersionAnswer.source"] = "The system that registered it.",
        ["VersionAnswer.sourceKey"] = "What that system calls it.",
        ["VersionAnswer.status"] = "Whether the identifier was in use.",
        ["VersionAnswer.template"] = "The code of its template; null for a record of raw values.",
        ["VersionAnswer.templateVersion"] = "The version of the template.",
        ["VersionAnswer.time"] = "When.",
        ["VersionAnswer.values"] = "Its raw Handle values.",
        ["VersionAnswer.version"] = "The version.",
    };

    /// <summary>The names of all schemas and members that have a text here.</summary>
    public static IEnumerable<string> All => s_schemas.Keys.Concat(s_members.Keys);

    /// <summary>The name under which a schema has its text: all lists share one.</summary>
    public static string NameOf(string schema) =>
        schema.StartsWith("ListingOf", StringComparison.Ordinal) ? "Listing" : schema;

    public static string? Schema(string name) => s_schemas.GetValueOrDefault(NameOf(name));

    public static string? Member(string schema, string member) =>
        s_members.GetValueOrDefault($"{NameOf(schema)}.{member}");

    public static string PathParameter(string path, string name) =>
        (name, path) switch
        {
            ("code", _) => "The code, as it was saved.",
            (_, var keys) when keys.Contains("/keys/", StringComparison.Ordinal) => "The id of the key.",
            (_, var codes) when codes.Contains("/qr/", StringComparison.Ordinal) =>
                "The identifier and the form of the picture: ID.svg or ID.png.",
            (_, var labels) when labels.Contains("/labels/", StringComparison.Ordinal) =>
                "The identifier and the form of the label: ID.zpl.",
            _ => "The identifier, percent-encoded.",
        };

    public static string Tag(string tag) =>
        tag switch
        {
            "Identifiers" => "Registers, resolves, changes and searches records.",
            "Labels" => "Prints identifiers. Labels show only what is public.",
            "Templates" => "Kinds of items, and how their identifiers are made.",
            "Upstream" => "What goes up to the secondary node (二级节点).",
            _ => "Keys, the audit log and statistics.",
        };

    public static string Status(string status) =>
        status switch
        {
            "200" => "Done.",
            "201" => "Made.",
            "204" => "Done; there is nothing to say.",
            "303" => "The identifier is that of a template; Location says where the template is.",
            "304" => "The record is as the caller knows it.",
            "400" => "The request cannot be read.",
            "401" => "A key is needed, or the key is not known.",
            "403" => "The key's role does not allow it.",
            "404" => "There is no such thing here.",
            "409" => "Something else stands in the way.",
            "410" => "The identifier was revoked.",
            "412" => "The record is at another version than If-Match says.",
            "413" => "It is too large.",
            "415" => "The body is of a media type or a compression that is not read.",
            "422" => "Values are missing, unknown or not allowed; errors names them all.",
            "429" => "The limit of the key, or of a network without a key, is used up; see Retry-After.",
            "503" => "The node cannot answer now; Retry-After says when to try again.",
            "507" => "There is no room for the database.",
            _ => "Any other refusal.",
        };
}
