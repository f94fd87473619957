using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Tests.Security;

/// <summary>
/// Keys and signatures made once with OpenSSL 3.0: <c>genrsa 2048</c>, <c>dsaparam -genkey 1024</c>, <c>dgst -sign</c>.
/// </summary>
internal static class Keys
{
    public const string RsaPem = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvUx0BPDBaaKVv0nAHU7E
        1Z+ml7CpjfIHn/ATxs34IsAJMEkjsXe4ujdvPbOC2Wc+c7X0YUaDn4Nc1CwmfwTj
        gmtJKf5/MFV8LSwCxt5eGqii18dQHsd1U3bid16vpX7T1zXDHcfYw4WvlmsKLRBn
        yuv1sJRfHS0hvPQmO2abMxL++4ATIQ6UCbWwHkq++iHGftGqLU/x9Dg4dpnylztT
        4QAhKCWXV4dCkbwq5TuZpHT6BAo3KQxzB0jZ69Yk2rkiMJGMFIBGMrS7qGqfvXCa
        3LiOcNmw6lgHrOZVN/NuEx7Ml2pxV4bngYuriJxXv4EW8L2CYQ5+s+kRpRogP+qW
        1QIDAQAB
        -----END PUBLIC KEY-----
        """;

    public const string DsaPem = """
        -----BEGIN PUBLIC KEY-----
        MIIBwDCCATQGByqGSM44BAEwggEnAoGBAP785WC68Pm2V7ynYs/fDbyXtMCB2LkW
        NaqnASl6EC4Fo7jLRNXl+aejmQ7RBJi30v7n9hZ2MAMjob770c1qmKOLEqLWs1jM
        SRPrwNtqXBZ0B6I2sW3T5d+JkDKf995TQPyaoBGSAknuHWMRg4aRg4qkGEO1XFrA
        3OC9XjLUyXTNAh0ArD+/fjzmkyBD9t8ZObBUlSVPw9crB4cKQubqOQKBgQDVDhZv
        zXeiWo5tQEzI2AzbU/nRD/+4JxFwSY+Fy4K8qOPyShvSi8eeZxSfaBi+NJ4Sjo2y
        +m/2Y53EBffYBTXM2G90UtlJiFUR2UEz+bK/f1h2I5bDRm2U22lqtlEKaqCGi3W1
        s7tq5lOD2hAXsuBtltVIDZ+gq74YDHDLXT1LhgOBhQACgYEAjwmJF+7JHDD/jXEy
        08/KjuURS4zOauILU7IpfRlVwVUOZuD5fnM7Q2RfLl9oWcTBaM0DDqIAWHN7ybkM
        TH/Km7j9MiKa5chVKMHyVnipSRefJI0M5V8QczLapxoZZ5A37YjkYXyQkvIPqyR4
        08UfS4NHAxxaFlsFD+09kYuK+BU=
        -----END PUBLIC KEY-----
        """;

    /// <summary>Short, so that what is made with it is short: <c>openssl genrsa 1024</c>.</summary>
    public const string ShortRsaPem = """
        -----BEGIN PRIVATE KEY-----
        MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAOBR7ux2yT5lBEeW
        L5zlf9zdyleZF6WZvcY9WjOE7uHO+WRYc0/d9z7Fcrt8LtdqllNbgm0HqvQbQ24I
        OZJl+vCPczabXvF+wKcmGJmO/yhHksfIV4Wp2Jp13uUVpWrMfSZuXaBc/ZTGpde0
        P56fa/MG9BfroyCAHUL62+ymuUL1AgMBAAECgYACduP5FRUA6nsxjiTXxG2zL3yZ
        mcT4vMeo9eOXzU4SjQOQZqhdqEKfHew0wxiApVshb0/vgrYOGH6VJuH7CcPH+4VF
        8IImSSpT3xH7KtEiYAb1FO2fW6QttR0rhe06/2ADZAmdGLZunSOYNEhNgLaQHhoe
        vI/AEFH74GFh9qpYAQJBAP3aTmWFZd6ONqEbj73evJW64uFftoRk84vrzuK9xFhY
        xEnpAXkWzUWVzzg4eSwxagnMshVqOCSHdi5ZfR6saWECQQDiN61EClRnFwx3h57d
        0cZN0GOFS55XZPNBGq6yow4PhBxveegEx7rbTLYKEeOqrAR8W7jLYe4FhhXp7bDv
        w14VAkAfqFLwjDNJDvk3HEXPyvA/x/+1VYdgeWp5/51cX4gV8HQCN6GsZTCSRf2C
        qGBMJ5luwW1QCGAaBh6x5w0Yfy3hAkAoDPl1KWsGEXOYmf9LgH9eeX2VNO0kxe+3
        YBT79ZhgsOAj8G5eokn3154HLGGlbu0gY1DVWVI90h6BGx8PZAR9AkAn++hfcT34
        0OhNPHqcNxdRbaMXHmXvK8UEBZZQox8eqWX93aXknEL3Kb0/yKtYVmWg7XFvnwG5
        dOlSv0ktAsh0
        -----END PRIVATE KEY-----
        """;

    public static ReadOnlySpan<byte> Signed => "nonce and digest"u8;

    public static byte[] RsaSha256 { get; } =
        Convert.FromBase64String(
            "tdQZ+jVMau7mc+keaT+fsnu0G6D7g0UtSs0s5i13jU5Uzb0pa0kEJz3RKQTRNYP+izDSxtucXb89W/DRjZQNXOV2L/PSAD+2zhjFTPVm1Kj5pl3u54eIAh/9FcHp0yBf0H2/woca05yy2zjJHYcLoitj1FR03wEi2574Jl4XSxNZyiVk"
                + "Op8fAH+AUpLoU6ND+XQn1RKOAfd4u3Dm6S+8ld/jr/n+bY9o8x6XXMXeK/j9f8qe/BKLlhjDmEks4YZzCgWt5wobo4H7G2cEqjRdzjvP8Iw+OEUHfmyoo6FWaHWDtsT8+xl927EjRKdnQbUSWZqJuHbdR43S9gesnblRPw=="
        );

    public static byte[] DsaSha1 { get; } =
        Convert.FromBase64String(
            "MD0CHCURIdYoDLbxpf2ZFqpxcUZoXuDFJZsoFRlWDEMCHQCaUb9PzIn+I3Djd+qdQShji3j4v4emO6HBwKcy"
        );

    public static byte[] DsaSha256 { get; } =
        Convert.FromBase64String(
            "MDwCHFn9rAwkU2EQ9XYvTYZ4XDf29jUvJE7YFeTlXJICHDGQ15gr+X0jvkXxNa1myg/z2f6k3ybIyOc04yI="
        );

    /// <summary>A key pair for all tests: making one takes a while.</summary>
    public static KeyPair Pair { get; } = KeyPair.Generate();

    /// <summary>A key pair that nothing was signed with.</summary>
    public static KeyPair Other { get; } = KeyPair.Generate();
}
