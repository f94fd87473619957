namespace IdResolution.Tds.Language;

/// <summary>The names of functions whose value the session knows.</summary>
internal static class Globals
{
    public static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "@@ROWCOUNT", "@@TRANCOUNT", "@@VERSION", "@@SPID", "@@SERVERNAME", "@@ERROR", "@@LOCK_TIMEOUT", "@@IDENTITY",
        "XACT_STATE", "SCOPE_IDENTITY", "DB_NAME", "DB_ID", "SCHEMA_NAME", "SUSER_SNAME", "ORIGINAL_LOGIN", "USER_NAME", "HOST_NAME", "APP_NAME", "OBJECT_ID", "TYPE_ID",
        "ERROR_NUMBER", "ERROR_MESSAGE", "ERROR_STATE", "ERROR_SEVERITY", "ERROR_LINE", "ERROR_PROCEDURE",
        "HAS_PERMS_BY_NAME", "IS_MEMBER", "IS_SRVROLEMEMBER", "IS_ROLEMEMBER", "HAS_DBACCESS", "DATABASEPROPERTYEX", "SERVERPROPERTY", "APPLOCK_MODE", "APPLOCK_TEST",
    };
}
