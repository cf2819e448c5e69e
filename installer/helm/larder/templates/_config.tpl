{{/*
What the chart has to know of the daemon's configuration. Keys are matched without regard to case, as the daemon does.
*/}}

{{/* {"value": ...} of the dotted "path" in "in"; nothing if it is not there. */}}
{{- define "larder.get" -}}
{{- $at := .in -}}
{{- $found := true -}}
{{- range splitList "." .path -}}
{{- $name := lower . -}}
{{- $next := dict -}}
{{- if and $found (kindIs "map" $at) -}}
{{- range $key, $value := $at -}}
{{- if eq (lower $key) $name -}}{{- $_ := set $next "value" $value -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if hasKey $next "value" -}}{{- $at = $next.value -}}{{- else -}}{{- $found = false -}}{{- end -}}
{{- end -}}
{{- if $found -}}{{- dict "value" $at | toJson -}}{{- end -}}
{{- end -}}

{{/* The same as text; "" if it is not there. */}}
{{- define "larder.text" -}}
{{- with include "larder.get" . -}}{{- (fromJson .).value | toString -}}{{- end -}}
{{- end -}}

{{/* Sets the dotted "path" in "in" to "value". */}}
{{- define "larder.put" -}}
{{- $steps := splitList "." .path -}}
{{- $name := first $steps -}}
{{- range $key, $_ := .in -}}{{- if eq (lower $key) (lower (first $steps)) -}}{{- $name = $key -}}{{- end -}}{{- end -}}
{{- if rest $steps -}}
{{- if not (kindIs "map" (get .in $name)) -}}{{- $_ := set .in $name dict -}}{{- end -}}
{{- include "larder.put" (dict "in" (get .in $name) "path" (rest $steps | join ".") "value" .value) -}}
{{- else -}}
{{- $_ := set .in $name .value -}}
{{- end -}}
{{- end -}}

{{/* Which of configFiles is the configuration: the values' own config.json is there beside an admin's config.yaml. */}}
{{- define "larder.configFile" -}}
{{- $files := .Values.configFiles | default dict -}}
{{- $found := "" -}}
{{- range list "config.json" "config.yml" "config.yaml" -}}{{- if hasKey $files . -}}{{- $found = . -}}{{- end -}}{{- end -}}
{{- $found | default "config.json" -}}
{{- end -}}

{{/* It as JSON, as it stands in the values. {} where the chart does not make the ConfigMap. */}}
{{- define "larder.writtenConfig" -}}
{{- $name := include "larder.configFile" . -}}
{{- $text := get (.Values.configFiles | default dict) $name -}}
{{- if and .Values.mountConfig $text -}}
{{- $parsed := dict -}}
{{- if hasSuffix ".json" $name -}}{{- $parsed = fromJson $text -}}{{- else -}}{{- $parsed = fromYaml $text -}}{{- end -}}
{{- if and (eq (len $parsed) 1) (hasKey $parsed "Error") -}}
{{- fail (printf "configFiles.%s cannot be read: %s" $name $parsed.Error) -}}
{{- end -}}
{{- $parsed | toJson -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{/* The user that Prometheus logs in as. */}}
{{- define "larder.basicAuth" -}}
{{- $own := .Values.metrics.serviceMonitor.basicAuth -}}
{{- $own | default .Values.serviceMonitor.basicAuth | default dict | toJson -}}
{{- end -}}

{{/* What a pod cannot do without and the configuration does not say: {"<path>": value}. */}}
{{- define "larder.missing" -}}
{{- $config := include "larder.writtenConfig" . | fromJson -}}
{{- $user := (include "larder.basicAuth" . | fromJson).username -}}
{{- $missing := dict -}}
{{- range $path, $value := dict "http.address" "0.0.0.0" "http.port" (include "larder.port" .) "storage.rootDirectory" "/var/lib/registry" -}}
{{- if not (include "larder.get" (dict "in" $config "path" $path)) -}}{{- $_ := set $missing $path $value -}}{{- end -}}
{{- end -}}
{{- if and .Values.metrics.enabled (not (include "larder.get" (dict "in" $config "path" "extensions.metrics"))) -}}
{{- $_ := set $missing "extensions.metrics.enable" true -}}
{{- end -}}
{{- $access := include "larder.get" (dict "in" $config "path" "http.accessControl") -}}
{{- if and $user $access (not (include "larder.get" (dict "in" $config "path" "http.accessControl.metrics"))) -}}
{{- $_ := set $missing "http.accessControl.metrics.users" (list (toString $user)) -}}
{{- end -}}
{{- $missing | toJson -}}
{{- end -}}

{{/* The configuration as the daemon gets it, as JSON. */}}
{{- define "larder.config" -}}
{{- $config := include "larder.writtenConfig" . | fromJson -}}
{{- range $path, $value := include "larder.missing" . | fromJson -}}
{{- include "larder.put" (dict "in" $config "path" $path "value" $value) -}}
{{- end -}}
{{- $config | toJson -}}
{{- end -}}

{{/* The text of the file: the admin's own, unless something was missing. */}}
{{- define "larder.configText" -}}
{{- if include "larder.missing" . | fromJson -}}
{{- include "larder.config" . | fromJson | toPrettyJson -}}
{{- else -}}
{{- get .Values.configFiles (include "larder.configFile" .) -}}
{{- end -}}
{{- end -}}

{{/* Refuses what would leave the pod out of reach of its probes. */}}
{{- define "larder.checkConfig" -}}
{{- if and .Values.mountConfig .Values.configFiles -}}
{{- $name := include "larder.configFile" . -}}
{{- $config := include "larder.config" . | fromJson -}}
{{- $address := include "larder.text" (dict "in" $config "path" "http.address") -}}
{{- if or (hasPrefix "127." $address) (eq $address "localhost") (eq $address "::1") -}}
{{- fail (printf "configFiles.%s: nothing outside of the pod reaches http.address %s. Leave it out, or say 0.0.0.0." $name $address) -}}
{{- end -}}
{{- $port := include "larder.text" (dict "in" $config "path" "http.port") -}}
{{- if ne (int $port) (include "larder.port" . | int) -}}
{{- fail (printf "configFiles.%s: http.port is %s, and httpGet.port %s. Make them the same." $name $port (include "larder.port" .)) -}}
{{- end -}}
{{- $tls := include "larder.get" (dict "in" $config "path" "http.tls") -}}
{{- if and $tls (ne .Values.httpGet.scheme "HTTPS") -}}
{{- fail (printf "configFiles.%s: http.tls is set. Set httpGet.scheme to HTTPS." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A checksum of the keys that need a restart. All else the daemon reads anew by itself, secrets too. */}}
{{- define "larder.restartChecksum" -}}
{{- $config := include "larder.config" . | fromJson -}}
{{- $keys := .Files.Get "files/restart-keys.json" | fromJson -}}
{{- $seen := dict -}}
{{- range $path := $keys.value -}}
{{- $_ := set $seen $path (include "larder.get" (dict "in" $config "path" $path)) -}}
{{- end -}}
{{- range $path := $keys.presence -}}
{{- $_ := set $seen $path (ternary "set" "" (ne (include "larder.get" (dict "in" $config "path" $path)) "")) -}}
{{- end -}}
{{- $seen | toJson | sha256sum -}}
{{- end -}}
