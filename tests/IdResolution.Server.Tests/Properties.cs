// As the server's program sets it.
[assembly: SetCulture("")]
