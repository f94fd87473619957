-- Database and logins of the node. For sqlcmd, as an administrator, with the passwords in the environment:
--   IDR_OWNER_PASSWORD=… IDR_NODE_PASSWORD=… SQLCMDPASSWORD=… sqlcmd -b -S SERVER -U sa -i deploy/sqlserver/create.sql
-- Running it again changes nothing but the passwords.
:on error exit
SET NOCOUNT ON;
GO
IF DB_ID(N'idnode') IS NULL
    CREATE DATABASE idnode;
GO
-- Readers and the writer do not wait for each other.
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'idnode' AND is_read_committed_snapshot_on = 0)
    ALTER DATABASE idnode SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
GO
-- A commit is on disk when it is acknowledged.
ALTER DATABASE idnode SET DELAYED_DURABILITY = DISABLED;
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
-- The owner makes and changes the schema: idnode migrate, idnode copy.
IF USER_ID(N'idnode_owner') IS NULL
    CREATE USER idnode_owner FOR LOGIN idnode_owner;
IF IS_ROLEMEMBER(N'db_owner', N'idnode_owner') = 0
    ALTER ROLE db_owner ADD MEMBER idnode_owner;
GO
-- The nodes read and write rows, and pass table-valued parameters (EXECUTE). They change no schema.
IF USER_ID(N'idnode') IS NULL
    CREATE USER idnode FOR LOGIN idnode;
IF IS_ROLEMEMBER(N'db_datareader', N'idnode') = 0
    ALTER ROLE db_datareader ADD MEMBER idnode;
IF IS_ROLEMEMBER(N'db_datawriter', N'idnode') = 0
    ALTER ROLE db_datawriter ADD MEMBER idnode;
GRANT EXECUTE ON SCHEMA::dbo TO idnode;
GO
