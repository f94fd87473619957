-- Database and logins of the node. For sqlcmd, as an administrator, with the passwords in the environment:
--   IDR_OWNER_PASSWORD=… IDR_NODE_PASSWORD=… SQLCMDPASSWORD=… sqlcmd -b -S SERVER -U sa -i deploy/sqlserver/create.sql
-- Running it again changes nothing but the passwords. What a compatible server may not know stands in EXEC: there it would not even be
-- read behind a condition that is false.
:on error exit
SET NOCOUNT ON;
GO
IF DB_ID(N'idnode') IS NULL
    CREATE DATABASE idnode;
GO
-- Readers and the writer do not wait for each other.
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'idnode' AND is_read_committed_snapshot_on = 0)
    EXEC (N'ALTER DATABASE idnode SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE');
GO
-- A commit is on disk when it is acknowledged.
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'idnode' AND delayed_durability <> 0)
    EXEC (N'ALTER DATABASE idnode SET DELAYED_DURABILITY = DISABLED');
GO
IF SUSER_ID(N'idnode_owner') IS NULL
    CREATE LOGIN idnode_owner WITH PASSWORD = N'$(IDR_OWNER_PASSWORD)', DEFAULT_DATABASE = idnode;
ELSE
    ALTER LOGIN idnode_owner WITH PASSWORD = N'$(IDR_OWNER_PASSWORD)';
GO
IF SUSER_ID(N'idnode') IS NULL
    CREATE LOGIN idnode WITH PASSWORD = N'$(IDR_NODE_PASSWORD)', DEFAULT_DATABASE = idnode;
ELSE
    ALTER LOGIN idnode WITH PASSWORD = N'$(IDR_NODE_PASSWORD)';
GO
USE idnode;
GO
-- The owner makes and changes the schema: idnode migrate, idnode copy. As a user of the database, which an earlier form of this script
-- made it, it stays what it is.
IF USER_ID(N'idnode_owner') IS NULL
    ALTER AUTHORIZATION ON DATABASE::idnode TO idnode_owner;
GO
-- The nodes read and write rows, and pass table-valued parameters (EXECUTE). They change no schema.
IF USER_ID(N'idnode') IS NULL
    CREATE USER idnode FOR LOGIN idnode;
GO
GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON SCHEMA::dbo TO idnode;
GO
