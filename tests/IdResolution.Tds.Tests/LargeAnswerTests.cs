using Dapper;

namespace IdResolution.Tds.Tests;

/// <summary>Answers of many packets, read as they come.</summary>
[TestFixture]
public sealed class LargeAnswerTests : TdsTest
{
    [TestCase(4_096)]
    [TestCase(8_000)]
    [TestCase(16_000)]
    public async Task Rows_OfManyPackets_AreReadWhole(int packetSize)
    {
        await using var connection = await OpenAsync($";Packet Size={packetSize}");
        await connection.ExecuteAsync("CREATE TABLE docs (number int NOT NULL, json nvarchar(max) NOT NULL)");
        var texts = Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 26)), i * 397 % 7_000)).ToList();
        foreach (var (number, json) in texts.Index())
        {
            await connection.ExecuteAsync(
                "INSERT INTO docs (number, json) VALUES (@number, @json)",
                new { number, json }
            );
        }

        for (var round = 0; round < 50; round++)
        {
            Assert.That(
                await connection.QueryAsync<string>("SELECT json FROM docs ORDER BY number"),
                Is.EqualTo(texts)
            );
        }
    }
}
