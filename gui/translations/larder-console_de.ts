<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>console</name>
    <message>
        <source>tried as %1</source>
        <translation>versucht als %1</translation>
    </message>
    <message>
        <source>unknown user</source>
        <translation>unbekannter Benutzer</translation>
    </message>
    <message>
        <source>anonymous</source>
        <translation>anonym</translation>
    </message>
    <message>
        <source>once more</source>
        <translation>noch einmal</translation>
    </message>
    <message>
        <source>%1 more times</source>
        <translation>%1 weitere Male</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Repositories</source>
        <translation>Repositorys</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>added</source>
        <translation>hinzugefügt</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>moved</source>
        <translation>verschoben</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>place %1</source>
        <translation>Platz %1</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht vorhanden</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Mirror rule</source>
        <translation>Mirror-Regel</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Last 24 h: %1</source>
        <translation>Letzte 24 h: %1</translation>
    </message>
    <message>
        <source>pull saved</source>
        <translation>Pull gespart</translation>
    </message>
    <message>
        <source>pulls saved</source>
        <translation>Pulls gespart</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Hit ratio, last hour</source>
        <translation>Trefferquote, 1 h</translation>
    </message>
    <message>
        <source>Saved, last 24 h</source>
        <translation>Gespart, 24 h</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Worst upstream</source>
        <translation>Schlechtester Upstream</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Last read</source>
        <translation>Zuletzt gelesen</translation>
    </message>
    <message>
        <source>log-in needed</source>
        <translation>Anmeldung nötig</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet</translation>
    </message>
    <message>
        <source>no connection</source>
        <translation>keine Verbindung</translation>
    </message>
    <message>
        <source>no answer since %1</source>
        <translation>keine Antwort seit %1</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>loaded at start</source>
        <translation>beim Start geladen</translation>
    </message>
    <message>
        <source>file changed</source>
        <translation>Datei geändert</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>restored</source>
        <translation>wiederhergestellt</translation>
    </message>
    <message>
        <source>reverted</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>merged</source>
        <translation>zusammengeführt</translation>
    </message>
    <message>
        <source>the file</source>
        <translation>die Datei</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Revision</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>unspecified</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>attestation</source>
        <translation>Attestierung</translation>
    </message>
    <message>
        <source>not known until it is fetched</source>
        <translation>erst bekannt, wenn es geladen ist</translation>
    </message>
    <message>
        <source>%1 cached; %2 of %3 not fetched, size unknown</source>
        <translation>%1 im Cache; %2 von %3 nicht geladen, Größe unbekannt</translation>
    </message>
    <message>
        <source>platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>platforms</source>
        <translation>Plattformen</translation>
    </message>
    <message>
        <source>%1, all cached</source>
        <translation>%1, alles im Cache</translation>
    </message>
    <message>
        <source>%1, %2 (%3) cached</source>
        <translation>%1, davon %2 (%3) im Cache</translation>
    </message>
    <message>
        <source>not cached</source>
        <translation>nicht im Cache</translation>
    </message>
    <message>
        <source>Fetched on first pull</source>
        <translation>Wird beim ersten Pull geladen</translation>
    </message>
    <message>
        <source>cached</source>
        <translation>im Cache</translation>
    </message>
    <message>
        <source>partly cached</source>
        <translation>teilweise im Cache</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>Digest</source>
        <translation>Digest</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Geteilt</translation>
    </message>
    <message>
        <source>with other repositories</source>
        <translation>mit anderen Repositorys</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>SBOM</source>
        <translation>SBOM</translation>
    </message>
    <message>
        <source>artifact</source>
        <translation>Artefakt</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>no layer</source>
        <translation>kein Layer</translation>
    </message>
    <message>
        <source>Created by</source>
        <translation>Erzeugt durch</translation>
    </message>
    <message>
        <source>, %1 left</source>
        <translation>, noch %1</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Job</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>alles</translation>
    </message>
    <message>
        <source>Progress or result</source>
        <translation>Fortschritt oder Ergebnis</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>10 min</source>
        <translation>10 min</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>6 h</source>
        <translation>6 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 d</translation>
    </message>
    <message>
        <source>Copy PromQL</source>
        <translation>PromQL kopieren</translation>
    </message>
    <message>
        <source>Copy the query of %1</source>
        <translation>Abfrage von %1 kopieren</translation>
    </message>
    <message>
        <source>never contacted</source>
        <translation>nie kontaktiert</translation>
    </message>
    <message>
        <source>on demand only</source>
        <translation>nur bei Bedarf</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>first %1</source>
        <translation>erstmals %1</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>%1 tags, %2 copied, %3 fetched</source>
        <translation>%1 Tags, %2 kopiert, %3 geladen</translation>
    </message>
    <message>
        <source>%1: %2 failed</source>
        <translation>%1: %2 fehlgeschlagen</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Upstream</source>
        <translation>Upstream</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Last sync run</source>
        <translation>Letzter Sync-Lauf</translation>
    </message>
    <message>
        <source>Credentials</source>
        <translation>Zugangsdaten</translation>
    </message>
    <message>
        <source>set</source>
        <translation>hinterlegt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Time to first byte</source>
        <translation>Zeit bis zum ersten Byte</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>In der Warteschlange</translation>
    </message>
    <message>
        <source>Pull quota</source>
        <translation>Pull-Kontingent</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>Letzter Fehler</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>Schweregrad</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Block: nothing</source>
        <translation>Sperren: nichts</translation>
    </message>
    <message>
        <source>Read only: pull</source>
        <translation>Nur lesen: Pull</translation>
    </message>
    <message>
        <source>Push: pull, push, move tags</source>
        <translation>Push: Pull, Push, Tags verschieben</translation>
    </message>
    <message>
        <source>Full: push and delete</source>
        <translation>Voll: Push und Löschen</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>Eigene Auswahl</translation>
    </message>
    <message>
        <source>They may</source>
        <translation>Erlaubt ist</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>muss ein Objekt sein</translation>
    </message>
    <message>
        <source>must be text</source>
        <translation>muss ein Text sein</translation>
    </message>
    <message>
        <source>must be true or false</source>
        <translation>muss true oder false sein</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>muss eine ganze Zahl sein</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>must be between 1 and 65535</source>
        <translation>muss zwischen 1 und 65535 liegen</translation>
    </message>
    <message>
        <source>must be a SHA-256 in hex</source>
        <translation>muss ein SHA-256 in Hexadezimalziffern sein</translation>
    </message>
    <message>
        <source>must be a certificate in PEM</source>
        <translation>muss ein Zertifikat in PEM sein</translation>
    </message>
    <message>
        <source>must be an http or https address</source>
        <translation>muss eine Adresse mit http oder https sein</translation>
    </message>
    <message>
        <source>This is not a profile file of larder-console.</source>
        <translation>Das ist keine Profildatei von larder-console.</translation>
    </message>
    <message>
        <source>This file was written by a newer larder-console.</source>
        <translation>Diese Datei wurde von einer neueren larder-console geschrieben.</translation>
    </message>
    <message>
        <source>%1 appears twice</source>
        <translation>%1 kommt zweimal vor</translation>
    </message>
    <message>
        <source>address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>port-forward</source>
        <translation>Port-Forward</translation>
    </message>
    <message>
        <source>user</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>production</source>
        <translation>Produktion</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>schreibgeschützt</translation>
    </message>
    <message>
        <source>keeping the password</source>
        <translation>Aufbewahren des Passworts</translation>
    </message>
    <message>
        <source>pinned certificate</source>
        <translation>angeheftetes Zertifikat</translation>
    </message>
    <message>
        <source>trusted CA</source>
        <translation>vertraute CA</translation>
    </message>
    <message>
        <source>Profiles (*.json)</source>
        <translation>Profile (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>trusts the certificate SHA-256 %1…</source>
        <translation>vertraut dem Zertifikat SHA-256 %1…</translation>
    </message>
    <message>
        <source>trusts its own CA</source>
        <translation>vertraut einer eigenen CA</translation>
    </message>
    <message>
        <source>already here, identical</source>
        <translation>schon vorhanden, identisch</translation>
    </message>
    <message>
        <source>replaces the existing one; differs in: %1</source>
        <translation>ersetzt das vorhandene; Unterschiede: %1</translation>
    </message>
    <message>
        <source>Export profiles</source>
        <translation>Profile exportieren</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>Written to %1, without passwords.</source>
        <translation>In %1 geschrieben, ohne Passwörter.</translation>
    </message>
    <message>
        <source>Import profiles</source>
        <translation>Profile importieren</translation>
    </message>
    <message>
        <source>%1 was not imported: %2</source>
        <translation>%1 wurde nicht importiert: %2</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Ticked profiles are imported. An existing one is replaced only if you tick it.</source>
        <translation>Angekreuzte Profile werden importiert. Ein vorhandenes wird nur ersetzt, wenn Sie es ankreuzen.</translation>
    </message>
    <message>
        <source>Profiles in the file</source>
        <translation>Profile in der Datei</translation>
    </message>
    <message>
        <source>%1 imported. Passwords are asked for on the first connection.</source>
        <translation>%1 importiert. Passwörter werden beim ersten Verbinden abgefragt.</translation>
    </message>
    <message>
        <source>profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>profiles</source>
        <translation>Profile</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Zum Fortfahren %1 eingeben</translation>
    </message>
    <message>
        <source>Type %1 to go on.</source>
        <translation>Zum Fortfahren %1 eingeben.</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repository</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>pushed here</source>
        <translation>hierher gepusht</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>Pulls</source>
        <translation>Pulls</translation>
    </message>
    <message>
        <source>Last pull</source>
        <translation>Letzter Pull</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>Prefetch an image</source>
        <translation>Image vorab laden</translation>
    </message>
    <message>
        <source>Prefetch</source>
        <translation>Vorab laden</translation>
    </message>
    <message>
        <source>Fetches the image now, so the first pull is served from cache.</source>
        <translation>Lädt das Image jetzt, sodass schon der erste Pull aus dem Cache bedient wird.</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>Registry</translation>
    </message>
    <message>
        <source>The registry in the image reference, such as docker.io. Leave empty to let the mirror rules decide.</source>
        <translation>Die Registry in der Image-Referenz, etwa docker.io. Leer: die Mirror-Regeln entscheiden.</translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation>Plattformen</translation>
    </message>
    <message>
        <source>Separated by commas. Leave empty for all.</source>
        <translation>Durch Kommas getrennt. Leer: alle.</translation>
    </message>
    <message>
        <source>Block repositories</source>
        <translation>Repositorys sperren</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>%1 sperren</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>A name, or a glob: team/** covers all levels below team.</source>
        <translation>Ein Name oder ein Glob: team/** umfasst alle Ebenen unter team.</translation>
    </message>
    <message>
        <source>A regular expression. Leave empty for all tags.</source>
        <translation>Ein regulärer Ausdruck. Leer: alle Tags.</translation>
    </message>
    <message>
        <source>Block pulls: clients get 403, even for cached images</source>
        <translation>Pulls sperren: Clients erhalten 403, auch für Images im Cache</translation>
    </message>
    <message>
        <source>Block mirroring: nothing new is fetched from upstreams</source>
        <translation>Spiegeln sperren: Von Upstreams wird nichts Neues geladen</translation>
    </message>
    <message>
        <source>Shown with the block, along with your name and the time.</source>
        <translation>Steht bei der Sperre, zusammen mit Ihrem Namen und der Zeit.</translation>
    </message>
    <message>
        <source>Takes effect immediately, for everyone. Stored images are kept.</source>
        <translation>Wirkt sofort und für alle. Gespeicherte Images bleiben erhalten.</translation>
    </message>
    <message>
        <source>cannot be pulled or mirrored</source>
        <translation>weder pullbar noch spiegelbar</translation>
    </message>
    <message>
        <source>cannot be pulled</source>
        <translation>nicht pullbar</translation>
    </message>
    <message>
        <source>cannot be mirrored</source>
        <translation>nicht spiegelbar</translation>
    </message>
    <message>
        <source>Tags matching %1 %2</source>
        <translation>Tags, auf die %1 passt: %2</translation>
    </message>
    <message>
        <source>It %1</source>
        <translation>Es ist %1</translation>
    </message>
    <message>
        <source>multi-platform</source>
        <translation>Multi-Plattform</translation>
    </message>
    <message>
        <source>image</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angepinnt</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>angepinnt</translation>
    </message>
    <message>
        <source>Exempt from garbage collection and eviction</source>
        <translation>Von Garbage Collection und Verdrängung ausgenommen</translation>
    </message>
    <message>
        <source>Freed if removed</source>
        <translation>Wird beim Entfernen frei</translation>
    </message>
    <message>
        <source>%1 is shared with other tags</source>
        <translation>%1 werden mit anderen Tags geteilt</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Last checked</source>
        <translation>Zuletzt geprüft</translation>
    </message>
    <message>
        <source>upstream</source>
        <translation>Upstream</translation>
    </message>
    <message>
        <source>Blocked by %1. %2</source>
        <translation>Gesperrt von %1. %2</translation>
    </message>
    <message>
        <source>: %1</source>
        <translation>: %1</translation>
    </message>
    <message>
        <source> (covers %1)</source>
        <translation> (betrifft %1)</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 fehlgeschlagen</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Fetched</source>
        <translation>Geladen</translation>
    </message>
    <message>
        <source>First error</source>
        <translation>Erster Fehler</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>ein Objekt</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>ein Text</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>This must be %1.</source>
        <translation>Hier muss %1 stehen.</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Unknown key.</source>
        <translation>Unbekannter Schlüssel.</translation>
    </message>
    <message>
        <source>This key is missing.</source>
        <translation>Dieser Schlüssel fehlt.</translation>
    </message>
    <message>
        <source>Valid keys are %1</source>
        <translation>Gültige Schlüssel sind %1</translation>
    </message>
    <message>
        <source>This must not be empty.</source>
        <translation>Das darf nicht leer sein.</translation>
    </message>
    <message>
        <source>This must be one of %1.</source>
        <translation>Erlaubt ist eines von %1.</translation>
    </message>
    <message>
        <source>This must be at least %1.</source>
        <translation>Mindestens %1.</translation>
    </message>
    <message>
        <source>This must be more than %1.</source>
        <translation>Mehr als %1.</translation>
    </message>
    <message>
        <source>This must be at most %1.</source>
        <translation>Höchstens %1.</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>Übertragungen</translation>
    </message>
    <message>
        <source>Mirrors</source>
        <translation>Mirrors</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>Konfiguration</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>Metriken</translation>
    </message>
    <message>
        <source>Audit and logs</source>
        <translation>Audit und Logs</translation>
    </message>
    <message>
        <source>Node setup</source>
        <translation>Node-Einrichtung</translation>
    </message>
    <message>
        <source>untagged</source>
        <translation>ohne Tag</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>not at the current growth rate</source>
        <translation>nicht beim derzeitigen Wachstum</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>ended %1</source>
        <translation>beendet %1</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>noch nicht</translation>
    </message>
    <message>
        <source>%1, %2 damaged</source>
        <translation>%1, %2 beschädigt</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>%1 not shared, %2 shared with others</source>
        <translation>%1 nicht geteilt, %2 mit anderen geteilt</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Enthält</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Decided by a policy that names them</source>
        <translation>Entschieden durch eine Richtlinie, die sie nennt</translation>
    </message>
    <message>
        <source>Decided by the default for logged-in users</source>
        <translation>Entschieden durch die Vorgabe für angemeldete Benutzer</translation>
    </message>
    <message>
        <source>Decided by the default for anyone, without login</source>
        <translation>Entschieden durch die Vorgabe für alle, ohne Anmeldung</translation>
    </message>
    <message>
        <source>Decided by the admin policy</source>
        <translation>Entschieden durch die Admin-Richtlinie</translation>
    </message>
    <message>
        <source>Decided by a rule that grants them nothing</source>
        <translation>Entschieden durch eine Regel, die ihnen nichts gewährt</translation>
    </message>
    <message>
        <source>Decided by a block, which holds for everyone</source>
        <translation>Entschieden durch eine Sperre, die für alle gilt</translation>
    </message>
    <message>
        <source>size unknown</source>
        <translation>Größe unbekannt</translation>
    </message>
    <message>
        <source>Blob</source>
        <translation>Blob</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Remaining</source>
        <translation>Verbleibend</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Waited</source>
        <translation>Gewartet</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>Erstes Byte</translation>
    </message>
    <message>
        <source>From cache</source>
        <translation>Aus dem Cache</translation>
    </message>
    <message>
        <source>Request id</source>
        <translation>Anfrage-ID</translation>
    </message>
    <message>
        <source>manifest %1</source>
        <translation>Manifest %1</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>Admin</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Password hash</source>
        <translation>Passwort-Hash</translation>
    </message>
    <message>
        <source>%1, cost %2</source>
        <translation>%1, Kosten %2</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>8 characters to 72 bytes, the limit of bcrypt.</source>
        <translation>8 Zeichen bis 72 Byte, die Grenze von bcrypt.</translation>
    </message>
    <message>
        <source>Confirm password</source>
        <translation>Passwort bestätigen</translation>
    </message>
    <message>
        <source>The passwords do not match</source>
        <translation>Die Passwörter stimmen nicht überein</translation>
    </message>
    <message>
        <source>%1, next pull tries it again</source>
        <translation>%1, der nächste Pull versucht es wieder</translation>
    </message>
    <message>
        <source>%1, next try in %2</source>
        <translation>%1, nächster Versuch in %2</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>%1 upstreams down</source>
        <translation>%1 Upstreams ausgefallen</translation>
    </message>
    <message>
        <source>upstream %1 down</source>
        <translation>Upstream %1 ausgefallen</translation>
    </message>
    <message>
        <source>%1 rejected the configured credentials</source>
        <translation>%1 hat die hinterlegten Zugangsdaten abgelehnt</translation>
    </message>
    <message>
        <source>%1 upstreams rejected the configured credentials</source>
        <translation>%1 Upstreams haben die hinterlegten Zugangsdaten abgelehnt</translation>
    </message>
    <message>
        <source>upstream %1 recovering</source>
        <translation>Upstream %1 erholt sich</translation>
    </message>
    <message>
        <source>%1 upstreams recovering</source>
        <translation>%1 Upstreams erholen sich</translation>
    </message>
    <message>
        <source>storage unusable, restart larderd</source>
        <translation>Speicher unbenutzbar, larderd neu starten</translation>
    </message>
    <message>
        <source>storage cannot be written</source>
        <translation>Speicher nicht beschreibbar</translation>
    </message>
    <message>
        <source>storage nearly full</source>
        <translation>Speicher fast voll</translation>
    </message>
    <message>
        <source>configuration file not applied</source>
        <translation>Konfigurationsdatei nicht übernommen</translation>
    </message>
    <message>
        <source>restart needed</source>
        <translation>Neustart nötig</translation>
    </message>
    <message>
        <source>serving</source>
        <translation>in Betrieb</translation>
    </message>
    <message>
        <source>%1 since %2</source>
        <translation>%1 seit %2</translation>
    </message>
    <message>
        <source>up</source>
        <translation>erreichbar</translation>
    </message>
    <message>
        <source>recovering, trying now</source>
        <translation>erholt sich, Versuch läuft</translation>
    </message>
    <message>
        <source>down</source>
        <translation>ausgefallen</translation>
    </message>
    <message>
        <source>credentials rejected</source>
        <translation>Zugangsdaten abgelehnt</translation>
    </message>
    <message>
        <source>%1 of %2 left</source>
        <translation>noch %1 von %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>served after a retry</source>
        <translation>nach einem weiteren Versuch ausgeliefert</translation>
    </message>
    <message>
        <source>served</source>
        <translation>ausgeliefert</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>Garbage collection</source>
        <translation>Garbage Collection</translation>
    </message>
    <message>
        <source>Retention</source>
        <translation>Aufbewahrung</translation>
    </message>
    <message>
        <source>Scrub</source>
        <translation>Integritätsprüfung</translation>
    </message>
    <message>
        <source>Eviction</source>
        <translation>Verdrängung</translation>
    </message>
    <message>
        <source>Sync run</source>
        <translation>Sync-Lauf</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Anderes</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>answered in %1</source>
        <translation>antwortete in %1</translation>
    </message>
    <message>
        <source>not reachable</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message>
        <source>TLS %1</source>
        <translation>TLS %1</translation>
    </message>
    <message>
        <source>no login needed</source>
        <translation>keine Anmeldung nötig</translation>
    </message>
    <message>
        <source>login accepted</source>
        <translation>Anmeldung angenommen</translation>
    </message>
    <message>
        <source>login rejected</source>
        <translation>Anmeldung abgelehnt</translation>
    </message>
    <message>
        <source>login not tried</source>
        <translation>Anmeldung nicht versucht</translation>
    </message>
    <message>
        <source>%1 pulls left</source>
        <translation>noch %1 Pulls</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>Left value</source>
        <translation>Wert links</translation>
    </message>
    <message>
        <source>Right value</source>
        <translation>Wert rechts</translation>
    </message>
    <message>
        <source>Compare configurations</source>
        <translation>Konfigurationen vergleichen</translation>
    </message>
    <message>
        <source>&amp;Left</source>
        <translation>&amp;Links</translation>
    </message>
    <message>
        <source>&amp;Right</source>
        <translation>&amp;Rechts</translation>
    </message>
    <message>
        <source>What is copied becomes a draft on the other side, to be reviewed and saved there. Secrets are not copied.</source>
        <translation>Was kopiert wird, wird auf der anderen Seite zum Entwurf und dort geprüft und gespeichert. Geheimnisse werden nicht kopiert.</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>Copy to the right</source>
        <translation>Nach rechts kopieren</translation>
    </message>
    <message>
        <source>Copy to the left</source>
        <translation>Nach links kopieren</translation>
    </message>
    <message>
        <source>No difference</source>
        <translation>Kein Unterschied</translation>
    </message>
    <message>
        <source>Mirror rules, policies and settings are the same.</source>
        <translation>Mirror-Regeln, Richtlinien und Einstellungen stimmen überein.</translation>
    </message>
    <message>
        <source>%1 is no longer there.</source>
        <translation>%1 gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The server has TLS</source>
        <translation>Der Server hat TLS</translation>
    </message>
    <message>
        <source>Keep the password in the system's keychain</source>
        <translation>Passwort im Schlüsselbund des Systems aufbewahren</translation>
    </message>
    <message>
        <source>Production: type the profile's name before deleting anything</source>
        <translation>Produktion: vor jedem Löschen den Namen des Profils eingeben</translation>
    </message>
    <message>
        <source>Read-only: never send changes</source>
        <translation>Schreibgeschützt: niemals Änderungen senden</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Known servers</source>
        <translation>Bekannte Server</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>same as the address</source>
        <translation>wie die Adresse</translation>
    </message>
    <message>
        <source>none: anonymous</source>
        <translation>keiner: anonym</translation>
    </message>
    <message>
        <source>Trust a CA…</source>
        <translation>CA vertrauen …</translation>
    </message>
    <message>
        <source>Directly, at its address</source>
        <translation>Direkt, unter der Adresse</translation>
    </message>
    <message>
        <source>Through kubectl port-forward</source>
        <translation>Über kubectl port-forward</translation>
    </message>
    <message>
        <source>kubectl's own</source>
        <translation>der von kubectl</translation>
    </message>
    <message>
        <source>the context's</source>
        <translation>der des Kontexts</translation>
    </message>
    <message>
        <source>&amp;Reach it</source>
        <translation>&amp;Erreichbar</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>&amp;Context</source>
        <translation>&amp;Kontext</translation>
    </message>
    <message>
        <source>Na&amp;mespace</source>
        <translation>Na&amp;mespace</translation>
    </message>
    <message>
        <source>&amp;Target</source>
        <translation>&amp;Ziel</translation>
    </message>
    <message>
        <source>P&amp;ort there</source>
        <translation>P&amp;ort dort</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>Orange</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>Rosa</translation>
    </message>
    <message>
        <source>Olive</source>
        <translation>Oliv</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>Violett</translation>
    </message>
    <message>
        <source>Colour of the group</source>
        <translation>Farbe der Gruppe</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>&amp;Gruppe</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>%1 entfernen?</translation>
    </message>
    <message>
        <source>Its password is taken out of the keychain. The server is not touched.</source>
        <translation>Das Passwort wird aus dem Schlüsselbund gelöscht. Der Server bleibt unberührt.</translation>
    </message>
    <message>
        <source>from the keychain, or asked for</source>
        <translation>aus dem Schlüsselbund, sonst wird gefragt</translation>
    </message>
    <message>
        <source>The target is what kubectl forwards to: svc/larder, deployment/larder, pod/larder-0.</source>
        <translation>Das Ziel ist, wohin kubectl weiterleitet: svc/larder, deployment/larder, pod/larder-0.</translation>
    </message>
    <message>
        <source>The address is a host with its port, or a URL: cache:5000, https://cache.example.com</source>
        <translation>Die Adresse ist ein Host mit Port oder eine URL: cache:5000, https://cache.example.com</translation>
    </message>
    <message>
        <source>TCP</source>
        <translation>TCP</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Log-in</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Nobody that this system trusts vouches for this certificate. Compare its fingerprint with that of the server before you trust it.
For %1, from %2, valid until %3.
SHA-256 %4</source>
        <translation>Niemand, dem dieses System vertraut, bürgt für dieses Zertifikat. Vergleichen Sie seinen Fingerabdruck mit dem des Servers, bevor Sie ihm vertrauen.
Für %1, von %2, gültig bis %3.
SHA-256 %4</translation>
    </message>
    <message>
        <source>Trust it</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>Certificate of a CA</source>
        <translation>Zertifikat einer CA</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Zertifikate (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>%1 holds no certificate in PEM.</source>
        <translation>%1 enthält kein Zertifikat im PEM-Format.</translation>
    </message>
    <message>
        <source>Trusted for this connection: %1</source>
        <translation>Für diese Verbindung vertraut: %1</translation>
    </message>
    <message>
        <source>Open a configuration</source>
        <translation>Konfiguration öffnen</translation>
    </message>
    <message>
        <source>Configurations (*.json)</source>
        <translation>Konfigurationen (*.json)</translation>
    </message>
    <message>
        <source>Connect to a second server, or open a configuration file, to compare with.</source>
        <translation>Verbinden Sie einen zweiten Server oder öffnen Sie eine Konfigurationsdatei, um zu vergleichen.</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Alle Server</translation>
    </message>
    <message>
        <source>server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>Server filtern</translation>
    </message>
    <message>
        <source>No server is known yet</source>
        <translation>Noch ist kein Server bekannt</translation>
    </message>
    <message>
        <source>Add a connection for each of your servers to see all of them at a glance.</source>
        <translation>Legen Sie für jeden Ihrer Server eine Verbindung an, um alle auf einen Blick zu sehen.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Trennen</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>Log in to %1</source>
        <translation>Bei %1 anmelden</translation>
    </message>
    <message>
        <source>Your session has ended. Nothing that you typed is lost.</source>
        <translation>Ihre Sitzung ist beendet. Nichts von Ihrer Eingabe ist verloren.</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Screens</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>No server is connected</source>
        <translation>Kein Server ist verbunden</translation>
    </message>
    <message>
        <source>Connect to a Larder daemon to see what it serves and to change how.</source>
        <translation>Verbinden Sie sich mit einem Larder-Daemon, um zu sehen, was er ausliefert, und das zu ändern.</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Try a local daemon</source>
        <translation>Lokalen Daemon ausprobieren</translation>
    </message>
    <message>
        <source>The password holds for this session only: %1</source>
        <translation>Das Passwort gilt nur für diese Sitzung: %1</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>&amp;Connections…</source>
        <translation>&amp;Verbindungen …</translation>
    </message>
    <message>
        <source>&amp;All servers</source>
        <translation>&amp;Alle Server</translation>
    </message>
    <message>
        <source>Connect to all</source>
        <translation>Mit allen verbinden</translation>
    </message>
    <message>
        <source>&amp;Next server</source>
        <translation>&amp;Nächster Server</translation>
    </message>
    <message>
        <source>&amp;Previous server</source>
        <translation>&amp;Voriger Server</translation>
    </message>
    <message>
        <source>&amp;Disconnect</source>
        <translation>&amp;Trennen</translation>
    </message>
    <message>
        <source>&amp;Log out</source>
        <translation>A&amp;bmelden</translation>
    </message>
    <message>
        <source>&amp;Open a configuration file…</source>
        <translation>Konfigurationsdatei ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Co&amp;mpare configurations…</source>
        <translation>&amp;Konfigurationen vergleichen …</translation>
    </message>
    <message>
        <source>&amp;Try a local daemon</source>
        <translation>&amp;Lokalen Daemon ausprobieren</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>B&amp;eenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Search everything</source>
        <translation>Alles &amp;durchsuchen</translation>
    </message>
    <message>
        <source>&amp;Find on this screen</source>
        <translation>Auf dieser Seite &amp;suchen</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>Colours of the system</source>
        <translation>Farben des Systems</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>This is no link to a server: %1</source>
        <translation>Das ist kein Link zu einem Server: %1</translation>
    </message>
    <message>
        <source>There is no screen “%1” here for you.</source>
        <translation>Die Ansicht „%1“ gibt es hier für Sie nicht.</translation>
    </message>
    <message>
        <source>You may not change the configuration of %1.</source>
        <translation>Sie dürfen die Konfiguration von %1 nicht ändern.</translation>
    </message>
    <message>
        <source>The configuration of %1 has unsaved changes. Save or discard them first.</source>
        <translation>Die Konfiguration von %1 hat ungespeicherte Änderungen. Speichern oder verwerfen Sie diese zuerst.</translation>
    </message>
    <message>
        <source>This daemon is reached from this machine alone, and its data goes when you disconnect.</source>
        <translation>Dieser Daemon ist nur von diesem Rechner aus erreichbar; seine Daten werden beim Trennen gelöscht.</translation>
    </message>
    <message>
        <source>Starting larderd…</source>
        <translation>larderd wird gestartet …</translation>
    </message>
    <message>
        <source>screen</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Open a configuration file</source>
        <translation>Konfigurationsdatei öffnen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Leave with unsaved changes?</source>
        <translation>Trotz ungespeicherter Änderungen verlassen?</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>%1 – Larder</source>
        <translation>%1 – Larder</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>Verbindungen …</translation>
    </message>
    <message>
        <source>Connecting to %1…</source>
        <translation>Verbindung zu %1 …</translation>
    </message>
    <message>
        <source>not logged in</source>
        <translation>nicht angemeldet</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>Anmeldung fehlgeschlagen</translation>
    </message>
    <message>
        <source>live</source>
        <translation>live</translation>
    </message>
    <message>
        <source>silent since %1</source>
        <translation>still seit %1</translation>
    </message>
    <message>
        <source>connection lost since %1</source>
        <translation>Verbindung verloren seit %1</translation>
    </message>
    <message>
        <source>Next try in %1 s. What is shown may be old.</source>
        <translation>Nächster Versuch in %1 s. Die Anzeige kann veraltet sein.</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Go to a screen, a repository, a setting or a server</source>
        <translation>Zu einer Ansicht, einem Repository, einer Einstellung oder einem Server gehen</translation>
    </message>
    <message>
        <source>%1  –  %2</source>
        <translation>%1  –  %2</translation>
    </message>
    <message>
        <source>repository</source>
        <translation>Repository</translation>
    </message>
    <message>
        <source>setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>Schreibgeschützt</translation>
    </message>
    <message>
        <source>This profile is read-only. Change that under Connections.</source>
        <translation>Dieses Profil ist schreibgeschützt. Ändern können Sie das unter Verbindungen.</translation>
    </message>
    <message>
        <source>Not understood</source>
        <translation>Nicht verstanden</translation>
    </message>
    <message>
        <source>The server's answer could not be read: %1 Is this a Larder daemon of a matching version?</source>
        <translation>Die Antwort des Servers war nicht lesbar: %1 Ist das ein Larder-Daemon passender Version?</translation>
    </message>
    <message>
        <source>The server answered %1.</source>
        <translation>Der Server antwortete mit %1.</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Keine Verbindung</translation>
    </message>
    <message>
        <source>Certificate not verified</source>
        <translation>Zertifikat nicht bestätigt</translation>
    </message>
    <message>
        <source>The certificate of %1 cannot be verified: %2</source>
        <translation>Das Zertifikat von %1 lässt sich nicht bestätigen: %2</translation>
    </message>
    <message>
        <source>The answer is longer than %1 MiB.</source>
        <translation>Die Antwort ist länger als %1 MiB.</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>No answer within %1 s.</source>
        <translation>Keine Antwort innerhalb von %1 s.</translation>
    </message>
    <message>
        <source>There is no host called %1.</source>
        <translation>Es gibt keinen Host namens %1.</translation>
    </message>
    <message>
        <source>%1 does not accept connections on port %2.</source>
        <translation>%1 nimmt an Port %2 keine Verbindungen an.</translation>
    </message>
    <message>
        <source>TLS failed: %1.</source>
        <translation>TLS fehlgeschlagen: %1.</translation>
    </message>
    <message>
        <source>The server cannot be reached.</source>
        <translation>Der Server ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The change may or may not have been made: check first.</source>
        <translation>Ob die Änderung vorgenommen wurde, ist ungewiss: Prüfen Sie das zuerst.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The login failed: %1</source>
        <translation>Die Anmeldung ist fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>The daemon refused it.</source>
        <translation>Der Daemon hat es abgelehnt.</translation>
    </message>
    <message>
        <source>%1 is %2</source>
        <translation>%1 ist %2</translation>
    </message>
    <message>
        <source>Port %1 accepts connections</source>
        <translation>Port %1 nimmt Verbindungen an</translation>
    </message>
    <message>
        <source>Not encrypted: the address begins with http</source>
        <translation>Unverschlüsselt: Die Adresse beginnt mit http</translation>
    </message>
    <message>
        <source>Encrypted; the certificate is from %1</source>
        <translation>Verschlüsselt; das Zertifikat stammt von %1</translation>
    </message>
    <message>
        <source>The certificate cannot be verified: %1</source>
        <translation>Das Zertifikat lässt sich nicht bestätigen: %1</translation>
    </message>
    <message>
        <source>Nothing accepts connections on port %1. Is larderd running there?</source>
        <translation>An Port %1 nimmt niemand Verbindungen an. Läuft dort larderd?</translation>
    </message>
    <message>
        <source>%1 is an admin</source>
        <translation>%1 ist Admin</translation>
    </message>
    <message>
        <source>%1 may look</source>
        <translation>%1 darf lesen</translation>
    </message>
    <message>
        <source>Anyone may look; log in to change things</source>
        <translation>Lesen darf jeder; zum Ändern bitte anmelden</translation>
    </message>
    <message>
        <source>This server answers only to logged-in users: enter a user and a password.</source>
        <translation>Dieser Server antwortet nur angemeldeten Benutzern: Geben Sie Benutzer und Passwort ein.</translation>
    </message>
    <message>
        <source>%1, larderd %2</source>
        <translation>%1, larderd %2</translation>
    </message>
    <message>
        <source>kubectl could not be started: %1</source>
        <translation>kubectl konnte nicht gestartet werden: %1</translation>
    </message>
    <message>
        <source>kubectl has ended.</source>
        <translation>kubectl hat sich beendet.</translation>
    </message>
    <message>
        <source>There is no kubectl in PATH.</source>
        <translation>Im PATH gibt es kein kubectl.</translation>
    </message>
    <message>
        <source>No local port is free.</source>
        <translation>Kein lokaler Port ist frei.</translation>
    </message>
    <message>
        <source>larderd does not listen after %1 s.</source>
        <translation>larderd lauscht auch nach %1 s nicht.</translation>
    </message>
    <message>
        <source>larderd could not be started: %1</source>
        <translation>larderd konnte nicht gestartet werden: %1</translation>
    </message>
    <message>
        <source>larderd has ended. %1</source>
        <translation>larderd hat sich beendet. %1</translation>
    </message>
    <message>
        <source>There is no larderd beside the console or in PATH.</source>
        <translation>Es gibt kein larderd neben der Konsole oder im PATH.</translation>
    </message>
    <message>
        <source>All settings</source>
        <translation>Alle Einstellungen</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>unverändert</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>default (%1)</source>
        <translation>Vorgabe (%1)</translation>
    </message>
    <message>
        <source>Not valid JSON; the last valid value is kept.</source>
        <translation>Kein gültiges JSON; der letzte gültige Wert bleibt.</translation>
    </message>
    <message>
        <source>Changes take effect after a restart</source>
        <translation>Änderungen wirken nach einem Neustart</translation>
    </message>
    <message>
        <source>One per line. </source>
        <translation>Einer je Zeile. </translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>Vorgabe: %1.</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Add to %1</source>
        <translation>Zu %1 hinzufügen</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of a new entry of %1</source>
        <translation>Name eines neuen Eintrags von %1</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>Test a permission</source>
        <translation>Berechtigung testen</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Verify the TLS certificate</source>
        <translation>TLS-Zertifikat prüfen</translation>
    </message>
    <message>
        <source>Add mirror</source>
        <translation>Mirror hinzufügen</translation>
    </message>
    <message>
        <source>Add a mirror</source>
        <translation>Mirror hinzufügen</translation>
    </message>
    <message>
        <source>Images of that registry are then pulled through this cache</source>
        <translation>Images dieser Registry werden dann über diesen Cache gepullt</translation>
    </message>
    <message>
        <source>UR&amp;L</source>
        <translation>UR&amp;L</translation>
    </message>
    <message>
        <source>Of the registry. Several, separated by spaces, are tried in order.</source>
        <translation>Der Registry. Mehrere, durch Leerzeichen getrennt, werden der Reihe nach versucht.</translation>
    </message>
    <message>
        <source>&amp;Password or token</source>
        <translation>&amp;Passwort oder Token</translation>
    </message>
    <message>
        <source>&amp;Stored under</source>
        <translation>Abgelegt &amp;unter</translation>
    </message>
    <message>
        <source>&amp;Repositories</source>
        <translation>&amp;Repositorys</translation>
    </message>
    <message>
        <source>Globs of names at the upstream, separated by spaces. **: all of them.</source>
        <translation>Globs der Namen beim Upstream, durch Leerzeichen getrennt. **: alle.</translation>
    </message>
    <message>
        <source>Images are fetched on demand, when somebody pulls them. Scheduled sync, tag filters, retries and limits are under All settings.</source>
        <translation>Images werden bei Bedarf geladen, wenn jemand sie pullt. Geplanter Sync, Tag-Filter, Wiederholungen und Limits stehen unter Alle Einstellungen.</translation>
    </message>
    <message>
        <source>Credentials cannot be stored here, so this registry is asked anonymously. %1</source>
        <translation>Zugangsdaten lassen sich hier nicht hinterlegen; diese Registry wird anonym gefragt. %1</translation>
    </message>
    <message>
        <source>Empty: the stored login of %1 is used. What you enter replaces it.</source>
        <translation>Leer: Es gilt der hinterlegte Login von %1. Ihre Eingabe ersetzt ihn.</translation>
    </message>
    <message>
        <source>This registry answers only to logged-in users.</source>
        <translation>Diese Registry antwortet nur angemeldeten Benutzern.</translation>
    </message>
    <message>
        <source>Empty: anonymous.</source>
        <translation>Leer: anonym.</translation>
    </message>
    <message>
        <source>Stored with the mirror, never shown again.</source>
        <translation>Wird mit dem Mirror hinterlegt und nie wieder angezeigt.</translation>
    </message>
    <message>
        <source>Stored for %1 with the mirror, never shown again.</source>
        <translation>Wird mit dem Mirror für %1 hinterlegt und nie wieder angezeigt.</translation>
    </message>
    <message>
        <source>%1 is listed here as %2</source>
        <translation>%1 steht hier als %2</translation>
    </message>
    <message>
        <source>registry</source>
        <translation>Registry</translation>
    </message>
    <message>
        <source>Test with these credentials</source>
        <translation>Mit diesen Zugangsdaten testen</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Test läuft …</translation>
    </message>
    <message>
        <source>Mirror added, with credentials for %1</source>
        <translation>Mirror hinzugefügt, mit Zugangsdaten für %1</translation>
    </message>
    <message>
        <source>Mirror added</source>
        <translation>Mirror hinzugefügt</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>What you entered for this mirror is lost.</source>
        <translation>Was Sie für diesen Mirror eingegeben haben, geht verloren.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>Audit</translation>
    </message>
    <message>
        <source>Action, e.g. push or login</source>
        <translation>Aktion, z. B. push oder login</translation>
    </message>
    <message>
        <source>all time</source>
        <translation>gesamter Zeitraum</translation>
    </message>
    <message>
        <source>last hour</source>
        <translation>letzte Stunde</translation>
    </message>
    <message>
        <source>last 24 h</source>
        <translation>letzte 24 h</translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation>letzte 7 Tage</translation>
    </message>
    <message>
        <source>Audit: %1</source>
        <translation>Audit: %1</translation>
    </message>
    <message>
        <source>No audit records match</source>
        <translation>Keine passenden Audit-Einträge</translation>
    </message>
    <message>
        <source>Pushes, removals, logins and configuration changes are recorded here. Nothing matches these filters.</source>
        <translation>Pushes, Löschungen, Anmeldungen und Konfigurationsänderungen werden hier festgehalten. Zu diesen Filtern passt nichts.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Denied to everyone, including admins, regardless of access policies.</source>
        <translation>Für alle gesperrt, auch für Admins, was immer die Zugriffsregeln sagen.</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Nothing is blocked</source>
        <translation>Nichts ist gesperrt</translation>
    </message>
    <message>
        <source>Block a repository, or some of its tags, to keep it from being pulled or mirrored.</source>
        <translation>Sperren Sie ein Repository oder einige seiner Tags, damit es weder gezogen noch gespiegelt wird.</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>Sperren …</translation>
    </message>
    <message>
        <source>Unblock…</source>
        <translation>Freigeben…</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Lift %1?</source>
        <translation>%1 aufheben?</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>%1 lifted</source>
        <translation>%1 aufgehoben</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>The configuration stays as it is.</source>
        <translation>Die Konfiguration bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>%1 is longer than 4 MiB: this is no configuration.</source>
        <translation>%1 ist länger als 4 MiB: Das ist keine Konfiguration.</translation>
    </message>
    <message>
        <source>%1: a configuration is a JSON object.</source>
        <translation>%1: Eine Konfiguration ist ein JSON-Objekt.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Push to a server</source>
        <translation>An einen Server übergeben</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Checked against the schema of this console. A server checks more before anything is saved there: paths, references, certificates.</source>
        <translation>Geprüft gegen das Schema dieser Konsole. Ein Server prüft mehr, bevor dort etwas gespeichert wird: Pfade, Verweise, Zertifikate.</translation>
    </message>
    <message>
        <source>Save the configuration</source>
        <translation>Konfiguration speichern</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>%1[*] – Larder</source>
        <translation>%1[*] – Larder</translation>
    </message>
    <message>
        <source>Configuration file</source>
        <translation>Konfigurationsdatei</translation>
    </message>
    <message>
        <source>A configuration is a JSON object.</source>
        <translation>Eine Konfiguration ist ein JSON-Objekt.</translation>
    </message>
    <message>
        <source>The configuration</source>
        <translation>Die Konfiguration</translation>
    </message>
    <message>
        <source>Review and save</source>
        <translation>Prüfen und speichern</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>Drift</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Changes that were not saved %1 are still there: the console did not end in order. Secrets are not among them.</source>
        <translation>Änderungen, die %1 nicht gespeichert wurden, sind noch da: Die Konsole wurde nicht ordentlich beendet. Geheimnisse gehören nicht dazu.</translation>
    </message>
    <message>
        <source>The last change to the file was not applied: %1</source>
        <translation>Die letzte Änderung der Datei wurde nicht übernommen: %1</translation>
    </message>
    <message>
        <source>Saved; takes effect after a restart: %1</source>
        <translation>Gespeichert; wirkt nach einem Neustart: %1</translation>
    </message>
    <message>
        <source>Configuration changes are disabled on this daemon (larder.management.readOnly).</source>
        <translation>Auf diesem Daemon sind Konfigurationsänderungen abgeschaltet (larder.management.readOnly).</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>Ungespeicherte Änderungen</translation>
    </message>
    <message>
        <source>errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>unsaved change</source>
        <translation>ungespeicherte Änderung</translation>
    </message>
    <message>
        <source>unsaved changes</source>
        <translation>ungespeicherte Änderungen</translation>
    </message>
    <message>
        <source>all of it</source>
        <translation>alles davon</translation>
    </message>
    <message>
        <source>Back to before</source>
        <translation>Zurück zum Stand davor</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Deren Stand behalten</translation>
    </message>
    <message>
        <source>Keep yours</source>
        <translation>Ihren Stand behalten</translation>
    </message>
    <message>
        <source>Take the merged rule into the form</source>
        <translation>Zusammengeführte Regel ins Formular übernehmen</translation>
    </message>
    <message>
        <source>Use mine</source>
        <translation>Meine nehmen</translation>
    </message>
    <message>
        <source>Somebody removed this rule while you were editing it. Your changes are still here.</source>
        <translation>Jemand hat diese Regel entfernt, während Sie sie bearbeitet haben. Ihre Änderungen sind noch da.</translation>
    </message>
    <message>
        <source>Add it again as a new rule</source>
        <translation>Als neue Regel wieder hinzufügen</translation>
    </message>
    <message>
        <source>So much was saved meanwhile that nobody can tell what others changed in this rule. Take one of the two, look at it, then save.</source>
        <translation>Inzwischen wurde so viel gespeichert, dass sich nicht sagen lässt, was andere an dieser Regel geändert haben. Nehmen Sie eine der beiden, sehen Sie sie an und speichern Sie dann.</translation>
    </message>
    <message>
        <source>Use theirs</source>
        <translation>Deren nehmen</translation>
    </message>
    <message>
        <source>Somebody else saved while you were editing. Your changes and theirs do not overlap; both are kept.</source>
        <translation>Jemand anderes hat gespeichert, während Sie bearbeitet haben. Ihre Änderungen und deren überschneiden sich nicht; beide bleiben erhalten.</translation>
    </message>
    <message>
        <source>Somebody else saved while you were editing. Nothing of yours or theirs is lost: choose for each conflict, then save.</source>
        <translation>Jemand anderes hat gespeichert, während Sie bearbeitet haben. Von Ihren und deren Änderungen ist nichts verloren: Entscheiden Sie jeden Konflikt und speichern Sie dann.</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Changes made by others (now revision %1), kept: %2</source>
        <translation>Änderungen anderer (jetzt Revision %1), beibehalten: %2</translation>
    </message>
    <message>
        <source>Credentials of upstreams</source>
        <translation>Zugangsdaten der Upstreams</translation>
    </message>
    <message>
        <source>No credentials yet</source>
        <translation>Noch keine Zugangsdaten</translation>
    </message>
    <message>
        <source>Upstreams are asked without logging in.</source>
        <translation>Upstreams werden ohne Anmeldung gefragt.</translation>
    </message>
    <message>
        <source>Add credentials</source>
        <translation>Zugangsdaten hinzufügen</translation>
    </message>
    <message>
        <source>Credentials of %1</source>
        <translation>Zugangsdaten von %1</translation>
    </message>
    <message>
        <source>&amp;Host</source>
        <translation>&amp;Host</translation>
    </message>
    <message>
        <source>With its port, as in the rule's URL.</source>
        <translation>Mit Port, wie in der URL der Regel.</translation>
    </message>
    <message>
        <source>Write-only: not shown again after saving.</source>
        <translation>Wird nach dem Speichern nicht mehr angezeigt.</translation>
    </message>
    <message>
        <source>The host is missing.</source>
        <translation>Der Host fehlt.</translation>
    </message>
    <message>
        <source>Credentials for %1 saved</source>
        <translation>Zugangsdaten für %1 gespeichert</translation>
    </message>
    <message>
        <source>Remove the credentials of %1?</source>
        <translation>Zugangsdaten von %1 entfernen?</translation>
    </message>
    <message>
        <source>It is asked without logging in then.</source>
        <translation>Danach wird ohne Anmeldung gefragt.</translation>
    </message>
    <message>
        <source>Credentials for %1 removed</source>
        <translation>Zugangsdaten für %1 entfernt</translation>
    </message>
    <message>
        <source>Overlay (JSON merge patch)</source>
        <translation>Overlay (JSON Merge Patch)</translation>
    </message>
    <message>
        <source>The file cannot be written. These changes lie over it, in the data directory. Take them over into the file (see Export), so that a new installation has them too.</source>
        <translation>Die Datei ist nicht beschreibbar. Diese Änderungen liegen im Datenverzeichnis über ihr. Übernehmen Sie sie in die Datei (siehe Export), damit auch eine neue Installation sie hat.</translation>
    </message>
    <message>
        <source>No drift: changes are written to the configuration file itself.</source>
        <translation>Keine Drift: Änderungen werden in die Konfigurationsdatei selbst geschrieben.</translation>
    </message>
    <message>
        <source>No drift: the file is read-only, and nothing has been changed on top of it yet.</source>
        <translation>Keine Drift: Die Datei ist schreibgeschützt, und darüber wurde noch nichts geändert.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Helm values</source>
        <translation>Helm-Values</translation>
    </message>
    <message>
        <source>Secrets are replaced by placeholders.</source>
        <translation>Geheimnisse sind durch Platzhalter ersetzt.</translation>
    </message>
    <message>
        <source>Cache hit ratio, last hour</source>
        <translation>Cache-Trefferquote, letzte Stunde</translation>
    </message>
    <message>
        <source>Running downloads</source>
        <translation>Laufende Downloads</translation>
    </message>
    <message>
        <source>%1 from upstreams</source>
        <translation>%1 von Upstreams</translation>
    </message>
    <message>
        <source>nothing is being fetched</source>
        <translation>nichts wird geladen</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>%1 of %2 served from cache; last 24 h: %3</source>
        <translation>%1 von %2 aus dem Cache bedient; letzte 24 h: %3</translation>
    </message>
    <message>
        <source>request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>not fetched again; %1 of the upstreams' quota saved</source>
        <translation>nicht erneut geladen; %1 vom Kontingent der Upstreams gespart</translation>
    </message>
    <message>
        <source>pull</source>
        <translation>Pull</translation>
    </message>
    <message>
        <source>pulls</source>
        <translation>Pulls</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>von %1</translation>
    </message>
    <message>
        <source>no limit set</source>
        <translation>kein Limit gesetzt</translation>
    </message>
    <message>
        <source>%1 free on the disk</source>
        <translation>%1 frei auf der Platte</translation>
    </message>
    <message>
        <source>eviction starts %1</source>
        <translation>Verdrängung beginnt %1</translation>
    </message>
    <message>
        <source>full %1</source>
        <translation>voll %1</translation>
    </message>
    <message>
        <source>Takes effect after a restart: %1</source>
        <translation>Wirkt nach einem Neustart: %1</translation>
    </message>
    <message>
        <source>The changes could not be checked. %1</source>
        <translation>Die Änderungen konnten nicht geprüft werden. %1</translation>
    </message>
    <message>
        <source>No groups yet</source>
        <translation>Noch keine Gruppen</translation>
    </message>
    <message>
        <source>A group lets one policy cover several users.</source>
        <translation>Mit einer Gruppe gilt eine Richtlinie für mehrere Benutzer.</translation>
    </message>
    <message>
        <source>Add a group…</source>
        <translation>Gruppe hinzufügen …</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Add a group</source>
        <translation>Gruppe hinzufügen</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>One per line.</source>
        <translation>Einer je Zeile.</translation>
    </message>
    <message>
        <source>A name is missing.</source>
        <translation>Ein Name fehlt.</translation>
    </message>
    <message>
        <source>There is such a group.</source>
        <translation>Diese Gruppe gibt es schon.</translation>
    </message>
    <message>
        <source>Group %1 saved</source>
        <translation>Gruppe %1 gespeichert</translation>
    </message>
    <message>
        <source>Remove group %1?</source>
        <translation>Gruppe %1 entfernen?</translation>
    </message>
    <message>
        <source>Policies for this group stop applying to its members.</source>
        <translation>Richtlinien für diese Gruppe gelten dann nicht mehr für ihre Mitglieder.</translation>
    </message>
    <message>
        <source>Group %1 removed</source>
        <translation>Gruppe %1 entfernt</translation>
    </message>
    <message>
        <source>Revisions</source>
        <translation>Revisionen</translation>
    </message>
    <message>
        <source>No revisions yet</source>
        <translation>Noch keine Revisionen</translation>
    </message>
    <message>
        <source>Every saved change is kept here to be reviewed, reverted or restored.</source>
        <translation>Jede gespeicherte Änderung bleibt hier, um sie anzusehen, zurückzunehmen oder wiederherzustellen.</translation>
    </message>
    <message>
        <source>Revert this change…</source>
        <translation>Diese Änderung zurücknehmen …</translation>
    </message>
    <message>
        <source>Undoes only what this revision changed</source>
        <translation>Nimmt nur zurück, was diese Revision geändert hat</translation>
    </message>
    <message>
        <source>Restore this version…</source>
        <translation>Diesen Stand wiederherstellen …</translation>
    </message>
    <message>
        <source>Restores the entire configuration to this version</source>
        <translation>Stellt die gesamte Konfiguration auf diesem Stand wieder her</translation>
    </message>
    <message>
        <source>What revision %1 changed</source>
        <translation>Was Revision %1 geändert hat</translation>
    </message>
    <message>
        <source>The first revision</source>
        <translation>Die erste Revision</translation>
    </message>
    <message>
        <source>Revert the change of revision %1</source>
        <translation>Änderung von Revision %1 zurücknehmen</translation>
    </message>
    <message>
        <source>Reverting this change alone would</source>
        <translation>Nur diese Änderung zurückzunehmen würde</translation>
    </message>
    <message>
        <source>Revert this change</source>
        <translation>Diese Änderung zurücknehmen</translation>
    </message>
    <message>
        <source>Reverted the change of revision %1</source>
        <translation>Änderung von Revision %1 zurückgenommen</translation>
    </message>
    <message>
        <source>Restore revision %1</source>
        <translation>Revision %1 wiederherstellen</translation>
    </message>
    <message>
        <source>Restoring this version also undoes everything since. It would</source>
        <translation>Diesen Stand wiederherzustellen macht auch alles seither rückgängig. Es würde</translation>
    </message>
    <message>
        <source>Restore this version</source>
        <translation>Diesen Stand wiederherstellen</translation>
    </message>
    <message>
        <source>Restored revision %1</source>
        <translation>Revision %1 wiederhergestellt</translation>
    </message>
    <message>
        <source>Pull</source>
        <translation>Pull</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>Pull with</source>
        <translation>Pull mit</translation>
    </message>
    <message>
        <source>Signatures and other artifacts</source>
        <translation>Signaturen und andere Artefakte</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>No signature, SBOM or other artifact refers to it.</source>
        <translation>Keine Signatur, SBOM und kein anderes Artefakt verweist darauf.</translation>
    </message>
    <message>
        <source>Too large to show in full: some entries are omitted.</source>
        <translation>Zu groß für eine vollständige Anzeige: Einige Einträge fehlen.</translation>
    </message>
    <message>
        <source>, last %1</source>
        <translation>, zuletzt %1</translation>
    </message>
    <message>
        <source>an upstream; can be fetched again</source>
        <translation>ein Upstream; kann erneut geladen werden</translation>
    </message>
    <message>
        <source>yes: neither garbage-collected nor evicted</source>
        <translation>ja: weder Garbage Collection noch Verdrängung</translation>
    </message>
    <message>
        <source>This platform is not cached. Its layers are listed after its first pull.</source>
        <translation>Diese Plattform ist nicht im Cache. Ihre Layer stehen hier nach dem ersten Pull.</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>The image's configuration is not cached yet.</source>
        <translation>Die Konfiguration des Images ist noch nicht im Cache.</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>Entry point</source>
        <translation>Entrypoint</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Kommando</translation>
    </message>
    <message>
        <source>Working directory</source>
        <translation>Arbeitsverzeichnis</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Volumes</source>
        <translation>Volumes</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>No jobs yet</source>
        <translation>Noch keine Jobs</translation>
    </message>
    <message>
        <source>Garbage collection runs on its own schedule. Any job can be started here and continues when you leave this screen.</source>
        <translation>Die Garbage Collection läuft nach eigenem Zeitplan. Jeder Job lässt sich hier starten und läuft weiter, wenn Sie diese Ansicht verlassen.</translation>
    </message>
    <message>
        <source>Collect garbage</source>
        <translation>Garbage Collection starten</translation>
    </message>
    <message>
        <source>Removes blobs that no manifest refers to.</source>
        <translation>Entfernt Blobs, auf die kein Manifest verweist.</translation>
    </message>
    <message>
        <source>Apply retention</source>
        <translation>Aufbewahrung anwenden</translation>
    </message>
    <message>
        <source>Removes the tags that no retention policy keeps. The dry run under Storage lists them.</source>
        <translation>Entfernt die Tags, die keine Aufbewahrungsrichtlinie behält. Der Probelauf unter Speicher zählt sie auf.</translation>
    </message>
    <message>
        <source>Evict</source>
        <translation>Verdrängen</translation>
    </message>
    <message>
        <source>Removes the least recently used cached images down to the low watermark. Pushed images stay.</source>
        <translation>Entfernt die am längsten nicht benutzten Images im Cache bis zur unteren Marke. Gepushte Images bleiben.</translation>
    </message>
    <message>
        <source>Reads everything stored and verifies it against its digests.</source>
        <translation>Liest alles Gespeicherte und prüft es gegen seine Digests.</translation>
    </message>
    <message>
        <source>Cancel job</source>
        <translation>Job abbrechen</translation>
    </message>
    <message>
        <source>%1: started</source>
        <translation>%1: gestartet</translation>
    </message>
    <message>
        <source>%1 now?</source>
        <translation>%1 jetzt ausführen?</translation>
    </message>
    <message>
        <source>Cancel %1?</source>
        <translation>%1 abbrechen?</translation>
    </message>
    <message>
        <source>What it has done so far is kept.</source>
        <translation>Was schon getan ist, bleibt.</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Take them up</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>As it is written</source>
        <translation>Sobald geschrieben</translation>
    </message>
    <message>
        <source>Lines before</source>
        <translation>Zeilen davor</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>Log durchsuchen</translation>
    </message>
    <message>
        <source>Debug</source>
        <translation>Debug</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Minimum level</source>
        <translation>Mindeststufe</translation>
    </message>
    <message>
        <source>No log lines match</source>
        <translation>Keine passenden Logzeilen</translation>
    </message>
    <message>
        <source>Lines appear as they are written. A lower level shows more.</source>
        <translation>Zeilen erscheinen, sobald sie geschrieben werden. Eine niedrigere Stufe zeigt mehr.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>A mirror rule</source>
        <translation>Eine Mirror-Regel</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>The first rule that takes a name serves it. Rules without a poll interval fetch on demand alone.</source>
        <translation>Die erste Regel, die einen Namen annimmt, bedient ihn. Regeln ohne Abfrageintervall laden nur bei Bedarf.</translation>
    </message>
    <message>
        <source>Test a route</source>
        <translation>Route testen</translation>
    </message>
    <message>
        <source>Sync runs</source>
        <translation>Sync-Läufe</translation>
    </message>
    <message>
        <source>Upstream credentials</source>
        <translation>Upstream-Zugangsdaten</translation>
    </message>
    <message>
        <source>rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>No mirrors yet</source>
        <translation>Noch keine Mirrors</translation>
    </message>
    <message>
        <source>Without one this registry serves only what is pushed to it. Add a mirror.</source>
        <translation>Ohne Mirror liefert diese Registry nur aus, was zu ihr gepusht wird. Fügen Sie einen hinzu.</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Run now</source>
        <translation>Jetzt ausführen</translation>
    </message>
    <message>
        <source>Sync run started</source>
        <translation>Sync-Lauf gestartet</translation>
    </message>
    <message>
        <source>Pause or resume</source>
        <translation>Pausieren oder fortsetzen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>The console crashed while you were editing a rule (%1). Your changes were kept, without secrets.</source>
        <translation>Die Konsole ist abgestürzt, während Sie eine Regel bearbeitet haben (%1). Ihre Änderungen sind erhalten, ohne Geheimnisse.</translation>
    </message>
    <message>
        <source>Remove this rule?</source>
        <translation>Diese Regel entfernen?</translation>
    </message>
    <message>
        <source>What %1 brought stays.</source>
        <translation>Was %1 gebracht hat, bleibt.</translation>
    </message>
    <message>
        <source>Rule removed</source>
        <translation>Regel entfernt</translation>
    </message>
    <message>
        <source>Rules reordered</source>
        <translation>Regeln umgeordnet</translation>
    </message>
    <message>
        <source>Resumed</source>
        <translation>Fortgesetzt</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>&amp;Log in as</source>
        <translation>An&amp;melden als</translation>
    </message>
    <message>
        <source>On each node</source>
        <translation>Auf jedem Node</translation>
    </message>
    <message>
        <source>&amp;Address of this cache</source>
        <translation>&amp;Adresse dieses Caches</translation>
    </message>
    <message>
        <source>The address nodes use to reach it. Leave empty for http.externalUrl or the address of this connection.</source>
        <translation>Unter dieser Adresse erreichen ihn die Nodes. Leer: http.externalUrl, sonst die Adresse dieser Verbindung.</translation>
    </message>
    <message>
        <source>&amp;Registries to mirror</source>
        <translation>Zu spiegelnde &amp;Registrys</translation>
    </message>
    <message>
        <source>One per line. Leave empty for those in the mirror rules.</source>
        <translation>Eine je Zeile. Leer: die der Mirror-Regeln.</translation>
    </message>
    <message>
        <source>Did it work?</source>
        <translation>Hat es geklappt?</translation>
    </message>
    <message>
        <source>Pulls need a login here. %1</source>
        <translation>Pulls brauchen hier eine Anmeldung. %1</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
    <message>
        <source>Save %1 as…</source>
        <translation>%1 speichern unter …</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>%1 speichern</translation>
    </message>
    <message>
        <source>it works</source>
        <translation>funktioniert</translation>
    </message>
    <message>
        <source>Pull any image on the node. This screen sees it within seconds.</source>
        <translation>Pullen Sie auf dem Node irgendein Image. Diese Ansicht bemerkt es binnen Sekunden.</translation>
    </message>
    <message>
        <source>No node has pulled through this cache yet.</source>
        <translation>Noch hat kein Node über diesen Cache gepullt.</translation>
    </message>
    <message>
        <source>without login</source>
        <translation>ohne Anmeldung</translation>
    </message>
    <message>
        <source>as user %1</source>
        <translation>als Benutzer %1</translation>
    </message>
    <message>
        <source>A pull from %1 reached this daemon %2 %3: %4</source>
        <translation>Ein Pull von %1 erreichte diesen Daemon %2 %3: %4</translation>
    </message>
    <message>
        <source>Before that, a pull from %1 reached this daemon %2 %3: %4</source>
        <translation>Davor erreichte ein Pull von %1 diesen Daemon %2 %3: %4</translation>
    </message>
    <message>
        <source>Served and fetched, last 10 minutes</source>
        <translation>Ausgeliefert und geladen, letzte 10 Minuten</translation>
    </message>
    <message>
        <source>Bytes served and fetched per second</source>
        <translation>Ausgelieferte und geladene Bytes pro Sekunde</translation>
    </message>
    <message>
        <source>Upstreams</source>
        <translation>Upstreams</translation>
    </message>
    <message>
        <source>No upstreams yet</source>
        <translation>Noch keine Upstreams</translation>
    </message>
    <message>
        <source>The registries that mirror rules name are listed here, with their state and quota.</source>
        <translation>Die Registrys, die in den Mirror-Regeln stehen, erscheinen hier mit Zustand und Kontingent.</translation>
    </message>
    <message>
        <source>Worst pulls of the last hour</source>
        <translation>Schlechteste Pulls der letzten Stunde</translation>
    </message>
    <message>
        <source>No slow or failed pulls</source>
        <translation>Keine langsamen oder fehlgeschlagenen Pulls</translation>
    </message>
    <message>
        <source>No pull failed or was slow in the last hour.</source>
        <translation>In der letzten Stunde war kein Pull langsam oder schlug fehl.</translation>
    </message>
    <message>
        <source>Recent events</source>
        <translation>Letzte Ereignisse</translation>
    </message>
    <message>
        <source>No events yet</source>
        <translation>Noch keine Ereignisse</translation>
    </message>
    <message>
        <source>Configuration changes, upstreams that go down and come back, and finished jobs are listed here.</source>
        <translation>Konfigurationsänderungen, Upstreams, die ausfallen und wiederkommen, und beendete Jobs erscheinen hier.</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>May</source>
        <translation>Darf</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>For each repository the longest glob that matches decides alone, whatever the others grant. Rules are listed in that order. Inside a rule the policies of a user and of their groups add up with the default.</source>
        <translation>Für jedes Repository entscheidet allein der längste passende Glob, gleich was andere gewähren. In dieser Reihenfolge stehen die Regeln hier. Innerhalb einer Regel addieren sich die Richtlinien eines Benutzers und seiner Gruppen zur Vorgabe.</translation>
    </message>
    <message>
        <source>No policies yet</source>
        <translation>Noch keine Richtlinien</translation>
    </message>
    <message>
        <source>Only the admin policy grants access. Add a rule for ** to let others pull.</source>
        <translation>Nur die Admin-Richtlinie gewährt Zugriff. Fügen Sie eine Regel für ** hinzu, damit andere pullen können.</translation>
    </message>
    <message>
        <source>Add a rule…</source>
        <translation>Regel hinzufügen …</translation>
    </message>
    <message>
        <source>Add users or groups…</source>
        <translation>Benutzer oder Gruppen hinzufügen …</translation>
    </message>
    <message>
        <source>The rules could not be checked, and are in the order of the file. %1</source>
        <translation>Die Regeln konnten nicht geprüft werden und stehen in der Reihenfolge der Datei. %1</translation>
    </message>
    <message>
        <source>group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>niemand</translation>
    </message>
    <message>
        <source>any logged-in user</source>
        <translation>jeder angemeldete Benutzer</translation>
    </message>
    <message>
        <source>anyone, without login</source>
        <translation>alle, ohne Anmeldung</translation>
    </message>
    <message>
        <source>Access control is not configured: anyone who can log in can do everything.</source>
        <translation>Zugriffskontrolle ist nicht eingerichtet: Wer sich anmelden kann, darf alles.</translation>
    </message>
    <message>
        <source>Access control and logins are not configured: anyone on this network can pull and push.</source>
        <translation>Weder Zugriffskontrolle noch Anmeldungen sind eingerichtet: Jeder in diesem Netz kann Images holen und hochladen.</translation>
    </message>
    <message>
        <source>everything, and administration</source>
        <translation>alles, einschließlich Verwaltung</translation>
    </message>
    <message>
        <source>Add a rule</source>
        <translation>Regel hinzufügen</translation>
    </message>
    <message>
        <source>Users and groups for %1</source>
        <translation>Benutzer und Gruppen für %1</translation>
    </message>
    <message>
        <source>A glob: ** matches everything, team/* one level, team/** all levels below team.</source>
        <translation>Ein Glob: ** passt auf alles, team/* auf eine Ebene, team/** auf alle Ebenen unter team.</translation>
    </message>
    <message>
        <source>Separated by commas.</source>
        <translation>Durch Kommas getrennt.</translation>
    </message>
    <message>
        <source>Separated by commas. With neither, the rule covers any logged-in user.</source>
        <translation>Durch Kommas getrennt. Ohne beides gilt die Regel für jeden angemeldeten Benutzer.</translation>
    </message>
    <message>
        <source>Rule for %1 saved</source>
        <translation>Regel für %1 gespeichert</translation>
    </message>
    <message>
        <source>%1: what %2 may</source>
        <translation>%1: was %2 darf</translation>
    </message>
    <message>
        <source>Remove the rule for %1?</source>
        <translation>Regel für %1 entfernen?</translation>
    </message>
    <message>
        <source>Remove %1 from %2?</source>
        <translation>%1 aus %2 entfernen?</translation>
    </message>
    <message>
        <source>All that it grants goes with it.</source>
        <translation>Alles, was sie gewährt, entfällt damit.</translation>
    </message>
    <message>
        <source>What the other rules grant them stays.</source>
        <translation>Was die anderen Regeln ihnen gewähren, bleibt.</translation>
    </message>
    <message>
        <source>Rule for %1 changed</source>
        <translation>Regel für %1 geändert</translation>
    </message>
    <message>
        <source>%1 at %2, %3. Pulled by %4 from %5.
%6, %7 of it fetched meanwhile. Longest wait for a turn at the upstream: %8. Longest time to first byte: %9.</source>
        <translation>%1 um %2, %3. Gepullt von %4 von %5.
%6, davon %7 währenddessen geladen. Längstes Warten, bis der Upstream an der Reihe war: %8. Längste Zeit bis zum ersten Byte: %9.</translation>
    </message>
    <message>
        <source>the cache</source>
        <translation>dem Cache</translation>
    </message>
    <message>
        <source>Search repositories</source>
        <translation>Repositorys suchen</translation>
    </message>
    <message>
        <source>repositories</source>
        <translation>Repositorys</translation>
    </message>
    <message>
        <source>Nothing stored yet</source>
        <translation>Noch nichts gespeichert</translation>
    </message>
    <message>
        <source>Images appear here with their first pull through this cache, or when they are pushed.</source>
        <translation>Images erscheinen hier mit dem ersten Pull über diesen Cache oder wenn sie gepusht werden.</translation>
    </message>
    <message>
        <source>Prefetch an image…</source>
        <translation>Image vorab laden …</translation>
    </message>
    <message>
        <source>Prefetch started. Follow it under Storage.</source>
        <translation>Vorab-Laden gestartet. Unter Speicher können Sie zusehen.</translation>
    </message>
    <message>
        <source>
and %1 more</source>
        <translation>
und %1 weitere</translation>
    </message>
    <message>
        <source>

All their tags and manifests are removed: %1, layers shared with other repositories included. Garbage collection frees the disk space. </source>
        <translation>

Alle ihre Tags und Manifeste werden entfernt: %1, auch Layer, die mit anderen Repositorys geteilt werden. Die Garbage Collection gibt den Plattenplatz frei. </translation>
    </message>
    <message>
        <source>%1 pushed here and cannot be fetched again.</source>
        <translation>%1 hierher gepusht und kann nicht erneut geladen werden.</translation>
    </message>
    <message>
        <source>of them was</source>
        <translation>davon wurde</translation>
    </message>
    <message>
        <source>of them were</source>
        <translation>davon wurden</translation>
    </message>
    <message>
        <source>All of them come from upstreams and are fetched again on the next pull.</source>
        <translation>Alle stammen von Upstreams und werden beim nächsten Pull erneut geladen.</translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>%1 entfernt</translation>
    </message>
    <message>
        <source>Search tags</source>
        <translation>Tags suchen</translation>
    </message>
    <message>
        <source>tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>No tags stored</source>
        <translation>Keine Tags gespeichert</translation>
    </message>
    <message>
        <source>Manifests that were pulled by digest have no tag; they stay until garbage collection removes them.</source>
        <translation>Manifeste, die per Digest gepullt wurden, haben keinen Tag; sie bleiben, bis die Garbage Collection sie entfernt.</translation>
    </message>
    <message>
        <source>%1 blocked</source>
        <translation>%1 gesperrt</translation>
    </message>
    <message>
        <source>Recheck</source>
        <translation>Neu prüfen</translation>
    </message>
    <message>
        <source>rechecked</source>
        <translation>neu geprüft</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anpinnen</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>unpinned</source>
        <translation>gelöst</translation>
    </message>
    <message>
        <source>from %1/%2</source>
        <translation>von %1/%2</translation>
    </message>
    <message>
        <source>%1, %2 only here</source>
        <translation>%1, davon %2 nur hier</translation>
    </message>
    <message>
        <source>The first figure counts layers shared with other repositories too</source>
        <translation>Die erste Zahl zählt auch Layer, die mit anderen Repositorys geteilt werden</translation>
    </message>
    <message>
        <source>%1 unblocked</source>
        <translation>%1 entsperrt</translation>
    </message>
    <message>
        <source>Purge…</source>
        <translation>Löschen …</translation>
    </message>
    <message>
        <source> and %1 more</source>
        <translation> und %1 weitere</translation>
    </message>
    <message>
        <source>. At least %1 is freed by garbage collection. </source>
        <translation>. Mindestens %1 gibt die Garbage Collection frei. </translation>
    </message>
    <message>
        <source>tag was</source>
        <translation>Tag wurde</translation>
    </message>
    <message>
        <source>tags were</source>
        <translation>Tags wurden</translation>
    </message>
    <message>
        <source>They come from an upstream and are fetched again on the next pull.</source>
        <translation>Sie stammen von einem Upstream und werden beim nächsten Pull erneut geladen.</translation>
    </message>
    <message>
        <source>Remove %1 of %2?</source>
        <translation>%1 von %2 entfernen?</translation>
    </message>
    <message>
        <source>The next pull fetches it again from %1.</source>
        <translation>Der nächste Pull lädt es erneut von %1.</translation>
    </message>
    <message>
        <source>It was pushed here and cannot be fetched again.</source>
        <translation>Es wurde hierher gepusht und kann nicht erneut geladen werden.</translation>
    </message>
    <message>
        <source>Removes %1 and %2. Garbage collection then frees %3 that no other repository uses. %4</source>
        <translation>Entfernt %1 und %2. Die Garbage Collection gibt danach %3 frei, die kein anderes Repository braucht. %4</translation>
    </message>
    <message>
        <source>manifest</source>
        <translation>Manifest</translation>
    </message>
    <message>
        <source>manifests</source>
        <translation>Manifeste</translation>
    </message>
    <message>
        <source>Remove the repository</source>
        <translation>Repository entfernen</translation>
    </message>
    <message>
        <source>Changes are validated before they are saved.</source>
        <translation>Änderungen werden geprüft, bevor sie gespeichert werden.</translation>
    </message>
    <message>
        <source>What saving will change</source>
        <translation>Was das Speichern ändert</translation>
    </message>
    <message>
        <source>Keep editing</source>
        <translation>Weiter bearbeiten</translation>
    </message>
    <message>
        <source>The file is read-only. The change is kept in the data directory and listed under Drift.</source>
        <translation>Die Datei ist schreibgeschützt. Die Änderung bleibt im Datenverzeichnis und steht unter Drift.</translation>
    </message>
    <message>
        <source>Changes made by others meanwhile (now revision %1), kept</source>
        <translation>Änderungen anderer in der Zwischenzeit (jetzt Revision %1), beibehalten</translation>
    </message>
    <message>
        <source>Name at the upstream</source>
        <translation>Name beim Upstream</translation>
    </message>
    <message>
        <source>URL</source>
        <translation>URL</translation>
    </message>
    <message>
        <source>&amp;Image</source>
        <translation>&amp;Image</translation>
    </message>
    <message>
        <source>&amp;Registry (ns)</source>
        <translation>&amp;Registry (ns)</translation>
    </message>
    <message>
        <source>Tried in this order</source>
        <translation>In dieser Reihenfolge versucht</translation>
    </message>
    <message>
        <source>No upstream</source>
        <translation>Kein Upstream</translation>
    </message>
    <message>
        <source>Name an image to see which rule serves it, and from where.</source>
        <translation>Nennen Sie ein Image, um zu sehen, welche Regel es bedient und von wo.</translation>
    </message>
    <message>
        <source>%1:%2, %3</source>
        <translation>%1:%2, %3</translation>
    </message>
    <message>
        <source>stored here</source>
        <translation>hier gespeichert</translation>
    </message>
    <message>
        <source>not stored yet</source>
        <translation>noch nicht gespeichert</translation>
    </message>
    <message>
        <source>%1
Blocked: %2</source>
        <translation>%1
Gesperrt: %2</translation>
    </message>
    <message>
        <source>No rule matches. It is served from what is stored: %1</source>
        <translation>Keine Regel passt. Ausgeliefert wird, was gespeichert ist: %1</translation>
    </message>
    <message>
        <source>No rule matches. A pull gets 404: %1</source>
        <translation>Keine Regel passt. Ein Pull erhält 404: %1</translation>
    </message>
    <message>
        <source>Stored as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Test upstream</source>
        <translation>Upstream testen</translation>
    </message>
    <message>
        <source>What is mirrored, and from where</source>
        <translation>Was gespiegelt wird und von wo</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>Rule as JSON</source>
        <translation>Regel als JSON</translation>
    </message>
    <message>
        <source>Tag preview</source>
        <translation>Tag-Vorschau</translation>
    </message>
    <message>
        <source>A rule is a JSON object.</source>
        <translation>Eine Regel ist ein JSON-Objekt.</translation>
    </message>
    <message>
        <source>Rule saved</source>
        <translation>Regel gespeichert</translation>
    </message>
    <message>
        <source>What you changed of this rule is lost.</source>
        <translation>Was Sie an dieser Regel geändert haben, geht verloren.</translation>
    </message>
    <message>
        <source>Recent sync runs</source>
        <translation>Letzte Sync-Läufe</translation>
    </message>
    <message>
        <source>No sync runs yet</source>
        <translation>Noch keine Sync-Läufe</translation>
    </message>
    <message>
        <source>A rule with a poll interval syncs on its own schedule; "Run now" on the rule syncs at once.</source>
        <translation>Eine Regel mit Abfrageintervall läuft nach eigenem Zeitplan; „Jetzt ausführen“ an der Regel synchronisiert sofort.</translation>
    </message>
    <message>
        <source>The console crashed before this was saved (%1). What you typed was kept, without passwords.</source>
        <translation>Die Konsole ist abgestürzt, bevor dies gespeichert war (%1). Was Sie getippt haben, ist erhalten, ohne Passwörter.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>%1, %2 not: %3</source>
        <translation>%1, %2 nicht: %3</translation>
    </message>
    <message>
        <source>Nothing to save: it is like this already.</source>
        <translation>Nichts zu speichern: Es ist schon so.</translation>
    </message>
    <message>
        <source>In effect now.</source>
        <translation>Jetzt wirksam.</translation>
    </message>
    <message>
        <source>%1 takes effect after a restart.</source>
        <translation>%1 wirkt nach einem Neustart.</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Rückgängig gemacht</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen suchen</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>No setting matches. Search for a word from a setting's name, key or description.</source>
        <translation>Keine Einstellung passt. Suchen Sie nach einem Wort aus Name, Schlüssel oder Beschreibung einer Einstellung.</translation>
    </message>
    <message>
        <source>%1; add a word to narrow the search.</source>
        <translation>%1; ein weiteres Wort engt die Suche ein.</translation>
    </message>
    <message>
        <source>settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Dry run: what would be removed now</source>
        <translation>Probelauf: was jetzt entfernt würde</translation>
    </message>
    <message>
        <source>Disk usage</source>
        <translation>Belegung</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Usage</source>
        <translation>Belegung</translation>
    </message>
    <message>
        <source>Dry run: what would be removed now, %1</source>
        <translation>Probelauf: was jetzt entfernt würde, %1</translation>
    </message>
    <message>
        <source>entry</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>entries</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>Nothing to remove</source>
        <translation>Nichts zu entfernen</translation>
    </message>
    <message>
        <source>No tag falls under a retention policy now, or none is configured.</source>
        <translation>Derzeit fällt kein Tag unter eine Aufbewahrungsrichtlinie, oder es ist keine eingerichtet.</translation>
    </message>
    <message>
        <source>The store is below its high watermark, or has no limit.</source>
        <translation>Der Speicher liegt unter seiner oberen Marke oder hat kein Limit.</translation>
    </message>
    <message>
        <source>of %1 (%2)</source>
        <translation>von %1 (%2)</translation>
    </message>
    <message>
        <source>used, no limit set</source>
        <translation>belegt, kein Limit gesetzt</translation>
    </message>
    <message>
        <source>Eviction starts</source>
        <translation>Verdrängung beginnt</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Voll</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>%1 free of %2</source>
        <translation>%1 von %2 frei</translation>
    </message>
    <message>
        <source>Watermarks</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>eviction starts at %1, stops at %2</source>
        <translation>Verdrängung beginnt bei %1, endet bei %2</translation>
    </message>
    <message>
        <source>none: no limit set (larder.storage.maxBytes)</source>
        <translation>keine: kein Limit gesetzt (larder.storage.maxBytes)</translation>
    </message>
    <message>
        <source>Kept free</source>
        <translation>Frei gehalten</translation>
    </message>
    <message>
        <source>Search disk usage</source>
        <translation>Belegung durchsuchen</translation>
    </message>
    <message>
        <source>Images appear here with their first pull.</source>
        <translation>Images erscheinen hier mit dem ersten Pull.</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>included</source>
        <translation>aufgenommen</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>ausgeschlossen</translation>
    </message>
    <message>
        <source>Repository at the upstream</source>
        <translation>Repository beim Upstream</translation>
    </message>
    <message>
        <source>No tags</source>
        <translation>Keine Tags</translation>
    </message>
    <message>
        <source>Name a repository of the upstream to see which of its tags the rule takes.</source>
        <translation>Nennen Sie ein Repository des Upstreams, um zu sehen, welche seiner Tags die Regel nimmt.</translation>
    </message>
    <message>
        <source>Asking the upstream…</source>
        <translation>Upstream wird gefragt …</translation>
    </message>
    <message>
        <source>This rule does not cover the repository: no content prefix matches it.</source>
        <translation>Diese Regel umfasst das Repository nicht: Kein Präfix unter content passt.</translation>
    </message>
    <message>
        <source>%1 of %2 tags included, stored as %3</source>
        <translation>%1 von %2 Tags aufgenommen, gespeichert als %3</translation>
    </message>
    <message>
        <source>Anyone, without login</source>
        <translation>Alle, ohne Anmeldung</translation>
    </message>
    <message>
        <source>Rule that decides about reading</source>
        <translation>Regel, die über das Lesen entscheidet</translation>
    </message>
    <message>
        <source>What they may</source>
        <translation>Was sie dürfen</translation>
    </message>
    <message>
        <source>read (pull)</source>
        <translation>lesen (Pull)</translation>
    </message>
    <message>
        <source>create (push a new tag)</source>
        <translation>anlegen (neuen Tag pushen)</translation>
    </message>
    <message>
        <source>update (move a tag)</source>
        <translation>ändern (Tag verschieben)</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>löschen</translation>
    </message>
    <message>
        <source>&amp;Repository</source>
        <translation>&amp;Repository</translation>
    </message>
    <message>
        <source>&amp;Action</source>
        <translation>&amp;Aktion</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>They have no access to any stored repository, or nobody is named.</source>
        <translation>Sie haben auf kein gespeichertes Repository Zugriff, oder niemand ist genannt.</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>verweigert</translation>
    </message>
    <message>
        <source> of %1</source>
        <translation> von %1</translation>
    </message>
    <message>
        <source>. Groups: %1</source>
        <translation>. Gruppen: %1</translation>
    </message>
    <message>
        <source>Tags that match %1 are blocked for everyone.</source>
        <translation>Tags, auf die %1 passt, sind für alle gesperrt.</translation>
    </message>
    <message>
        <source>%1 matches, and decides alone: the longest glob wins</source>
        <translation>%1 passt und entscheidet allein: Der längste Glob gewinnt</translation>
    </message>
    <message>
        <source>%1 matches too, but is not used</source>
        <translation>%1 passt auch, wird aber nicht benutzt</translation>
    </message>
    <message>
        <source>What they may: the first %1 of %2 repositories</source>
        <translation>Was sie dürfen: die ersten %1 von %2 Repositorys</translation>
    </message>
    <message>
        <source>What they may, in %1</source>
        <translation>Was sie dürfen, in %1</translation>
    </message>
    <message>
        <source>Nothing is being fetched</source>
        <translation>Nichts wird geladen</translation>
    </message>
    <message>
        <source>A download appears here as soon as somebody pulls an image that is not cached yet.</source>
        <translation>Ein Download erscheint hier, sobald jemand ein Image pullt, das noch nicht im Cache ist.</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>Download abbrechen</translation>
    </message>
    <message>
        <source>Running: %1, %2</source>
        <translation>Laufend: %1, %2</translation>
    </message>
    <message>
        <source>download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Ended pulls</source>
        <translation>Beendete Pulls</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>Langsam</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Search images</source>
        <translation>Images suchen</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>Client-Adresse</translation>
    </message>
    <message>
        <source>Ended pulls: %1</source>
        <translation>Beendete Pulls: %1</translation>
    </message>
    <message>
        <source>No pulls yet</source>
        <translation>Noch keine Pulls</translation>
    </message>
    <message>
        <source>Pulls that went to an upstream, were slow or failed stay here: the last 500, and failures for 24 hours.</source>
        <translation>Pulls, die einen Upstream brauchten, langsam waren oder fehlschlugen, bleiben hier: die letzten 500, Fehler 24 Stunden lang.</translation>
    </message>
    <message>
        <source>%1 will be interrupted. </source>
        <translation>%1 wird unterbrochen. </translation>
    </message>
    <message>
        <source>client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>The part already downloaded is kept; the next pull resumes from there.</source>
        <translation>Der schon geladene Teil bleibt; der nächste Pull setzt dort fort.</translation>
    </message>
    <message>
        <source>%1 cancelled</source>
        <translation>%1 abgebrochen</translation>
    </message>
    <message>
        <source>Search users</source>
        <translation>Benutzer suchen</translation>
    </message>
    <message>
        <source>users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>No users yet</source>
        <translation>Noch keine Benutzer</translation>
    </message>
    <message>
        <source>Without users, anyone on this network can pull. Set http.auth.htpasswd.path, then add one, so that clients and admins can log in.</source>
        <translation>Ohne Benutzer kann jeder in diesem Netz pullen. Setzen Sie http.auth.htpasswd.path und fügen Sie dann einen hinzu, damit sich Clients und Admins anmelden können.</translation>
    </message>
    <message>
        <source>Add a user…</source>
        <translation>Benutzer hinzufügen …</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>Passwort ändern …</translation>
    </message>
    <message>
        <source>Users cannot be changed here: set http.auth.htpasswd.path.</source>
        <translation>Benutzer lassen sich hier nicht ändern: Setzen Sie http.auth.htpasswd.path.</translation>
    </message>
    <message>
        <source>Add a user</source>
        <translation>Benutzer hinzufügen</translation>
    </message>
    <message>
        <source>Add user</source>
        <translation>Benutzer hinzufügen</translation>
    </message>
    <message>
        <source>%1 added and can log in now</source>
        <translation>%1 hinzugefügt, Anmeldung ist jetzt möglich</translation>
    </message>
    <message>
        <source>Change password of %1</source>
        <translation>Passwort von %1 ändern</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Passwort ändern</translation>
    </message>
    <message>
        <source>Password of %1 changed; their sessions have ended</source>
        <translation>Passwort von %1 geändert; die Sitzungen sind beendet</translation>
    </message>
    <message>
        <source>This is your own account.</source>
        <translation>Das ist Ihr eigenes Konto.</translation>
    </message>
    <message>
        <source>Their sessions end at once.</source>
        <translation>Die Sitzungen enden sofort.</translation>
    </message>
    <message>
        <source>Waterfall of the requests</source>
        <translation>Ablauf der Anfragen</translation>
    </message>
    <message>
        <source>%1: waited %2, first byte %3, took %4</source>
        <translation>%1: gewartet %2, erstes Byte %3, Dauer %4</translation>
    </message>
    <message>
        <source>waiting for a turn</source>
        <translation>wartet, bis es an der Reihe ist</translation>
    </message>
    <message>
        <source>until the first byte</source>
        <translation>bis zum ersten Byte</translation>
    </message>
    <message>
        <source>transfer</source>
        <translation>Übertragung</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy %1</source>
        <translation>%1 kopieren</translation>
    </message>
    <message>
        <source>Nothing sampled yet</source>
        <translation>Noch nichts gemessen</translation>
    </message>
    <message>
        <source>What you typed here is lost.</source>
        <translation>Was Sie hier eingegeben haben, geht verloren.</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Nicht gelesen</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>Nichts passt</translation>
    </message>
    <message>
        <source>Change the filter to see other rows.</source>
        <translation>Ändern Sie den Filter, um andere Zeilen zu sehen.</translation>
    </message>
    <message>
        <source>Copy cell</source>
        <translation>Zelle kopieren</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>Export as CSV…</source>
        <translation>Als CSV exportieren …</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Export as CSV</source>
        <translation>Als CSV exportieren</translation>
    </message>
    <message>
        <source>Not exported</source>
        <translation>Nicht exportiert</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>The desktop console of Larder.</source>
        <translation>Die Desktop-Konsole von Larder.</translation>
    </message>
    <message>
        <source>What to show: larder://host[:port]/screen, or a configuration file.</source>
        <translation>Was zu zeigen ist: larder://host[:port]/ansicht oder eine Konfigurationsdatei.</translation>
    </message>
    <message>
        <source>Connect to this address, in a console of its own.</source>
        <translation>Mit dieser Adresse verbinden, in einer eigenen Konsole.</translation>
    </message>
    <message>
        <source>Log in as this user. LARDER_CONSOLE_PASSWORD has the password.</source>
        <translation>Als dieser Benutzer anmelden. LARDER_CONSOLE_PASSWORD enthält das Passwort.</translation>
    </message>
</context>
</TS>
