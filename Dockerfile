# One node; data in the volume /data. Not built where this was written (docs/operations.md).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# Packages first: they change less often than sources.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/IdResolution.Core/IdResolution.Core.csproj src/IdResolution.Core/
COPY src/IdResolution.Storage/IdResolution.Storage.csproj src/IdResolution.Storage/
COPY src/IdResolution.Server/IdResolution.Server.csproj src/IdResolution.Server/
COPY src/StandIns/Directory.Build.props src/StandIns/
COPY src/StandIns/Grpc.Core.Api/Grpc.Core.Api.csproj src/StandIns/Grpc.Core.Api/
COPY src/StandIns/Grpc.Net.Common/Grpc.Net.Common.csproj src/StandIns/Grpc.Net.Common/
COPY src/StandIns/Microsoft.SqlServer.Server/Microsoft.SqlServer.Server.csproj src/StandIns/Microsoft.SqlServer.Server/
COPY src/StandIns/OpenTelemetry.Extensions.Hosting/OpenTelemetry.Extensions.Hosting.csproj src/StandIns/OpenTelemetry.Extensions.Hosting/
RUN dotnet restore src/IdResolution.Server
COPY .editorconfig ./
COPY protos/ protos/
COPY src/ src/
RUN dotnet publish src/IdResolution.Server -c Release -o /app --no-restore

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
# The image's own user without rights; its number is in APP_UID.
RUN install -d -m 0700 -o "$APP_UID" -g "$APP_UID" /data
ENV PATH="/app:$PATH" \
    IDR__Data=/data
USER $APP_UID
WORKDIR /data
VOLUME /data
# HTTP; gRPC; the Handle protocol, which this release does not serve yet.
EXPOSE 8080 8081 2641/tcp 2641/udp
# The image has no curl; bash speaks enough HTTP.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["idnode"]
CMD ["serve"]
